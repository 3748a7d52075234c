// turbo without telemetry: nothing here talks to anybody but the package registry.
import { run } from "./workspace.mjs";

process.env["TURBO_TELEMETRY_DISABLED"] = "1";
process.env["DO_NOT_TRACK"] = "1";
run(process.execPath, ["node_modules/turbo/bin/turbo", ...process.argv.slice(2)]);
