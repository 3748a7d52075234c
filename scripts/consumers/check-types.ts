import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { installInCache } from "../../test/install-in-cache.ts";
import type { ReadmeExample } from "../../test/readme-examples.ts";
import { root } from "../workspace.mjs";
import { type ConsumerProject, npmInstall } from "./consumer-project.ts";
import { runBounded } from "./run-bounded.ts";

/** A compiler, and the file that runs it. */
export interface TypeScript {
  readonly name: string;
  readonly program: string;
}

const OTHERS = ["5.9.3", "6.0.3"];
/** The declarations of Node that the examples are checked with: those of the oldest Node that is supported. */
const NODE_TYPES = "@types/node@20";

/** That of the workspace. */
export const ownTypeScript = typeScriptIn(root);

/** All that consumers are likely to have. The first call installs the others. */
export function fetchTypeScripts(): TypeScript[] {
  const others = OTHERS.map((version) =>
    typeScriptIn(installInCache(`typescript-${version}`, [`typescript@${version}`])),
  );
  return [...others, ownTypeScript];
}

function typeScriptIn(folder: string): TypeScript {
  const installed = join(folder, "node_modules/typescript");
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  );
  return { name: version, program: join(installed, "bin/tsc") };
}

/** Where the examples of a project are: as they were written, and what the compiler has made of them. */
export const exampleFile = (index: number, extension: "ts" | "js") =>
  extension === "ts" ? `example-${index + 1}.ts` : join("compiled", `example-${index + 1}.js`);

/** Nothing is taken on trust: the declarations of what is installed are checked too. */
const STRICT = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
const NODE = { ...STRICT, target: "es2023", module: "nodenext", types: ["node"] };
const BUNDLER = { ...STRICT, target: "es2023", module: "esnext", moduleResolution: "bundler" };

/** Writes the examples, and an import of every entry, as files of the project, and installs what they are checked with. */
export async function writeExamples(
  project: ConsumerProject,
  examples: readonly ReadmeExample[],
): Promise<void> {
  await npmInstall(project, ["--save-dev", NODE_TYPES]);
  for (const [index, { code }] of examples.entries()) {
    writeFileSync(join(project.folder, exampleFile(index, "ts")), code);
  }
  const imports = project.entries.map((entry, index) => `import * as all${index} from "${entry}";`);
  const names = imports.map((_, index) => `all${index}`).join(", ");
  writeFileSync(
    join(project.folder, "entries.ts"),
    [...imports, `console.log([${names}].length);`, ""].join("\n"),
  );
}

/**
 * Checks the examples and every entry as programs for Node, and the entries as somebody without `@types/node`
 * and with a bundler sees them. Leaves the compiled examples behind.
 */
export async function checkTypes(project: ConsumerProject, { program }: TypeScript): Promise<void> {
  const compile = async (name: string, options: object, include: readonly string[]) => {
    const file = join(project.folder, name);
    writeFileSync(file, JSON.stringify({ compilerOptions: options, include }));
    await runBounded(process.execPath, [program, "--project", file], { cwd: project.folder });
  };
  await compile("tsconfig.json", { ...NODE, rootDir: ".", outDir: "compiled" }, ["*.ts"]);
  const lib = ["es2023", "dom"];
  await compile("tsconfig.bundler.json", { ...BUNDLER, types: [], lib, noEmit: true }, [
    "entries.ts",
  ]);
}
