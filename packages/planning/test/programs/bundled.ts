import { PlanningError, readFlow, readSpecName } from "@x/planning";

// Prints what a bundle knows of the spec file on its command line, and what becomes of a flow.
const [path = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ name: readSpecName(path), flow: outcomeOfFlow() }));

function outcomeOfFlow(): string {
  try {
    readFlow("enable-spec");
    return "read";
  } catch (error) {
    return error instanceof PlanningError ? error.code : String(error);
  }
}
