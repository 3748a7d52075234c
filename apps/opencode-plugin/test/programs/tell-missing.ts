import { missingDependencies } from "../../src/dependency-checker.ts";

const missing = process.argv.slice(2).map((plugin) => missingDependencies(plugin));
process.stdout.write(JSON.stringify(missing));
