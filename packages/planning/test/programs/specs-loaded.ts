// Prints whether the YAML library is there after the package was loaded, and after it has read a spec.
import { createRequire } from "node:module";

const { cache } = createRequire(import.meta.url);
const isYamlThere = (): boolean => Object.keys(cache).some((path) => /[/\\]yaml[/\\]/.test(path));

const { readSpecName } = await import("../../src/index.ts");
const isThereAtOnce = isYamlThere();
readSpecName(process.argv[2] ?? "");
process.stdout.write(JSON.stringify({ isThereAtOnce, isThereAfterwards: isYamlThere() }));
