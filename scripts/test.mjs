// `npm test`: installs, and passes everything that is checked.
import { ensureInstalled, runNpm } from "./workspace.mjs";

ensureInstalled();
runNpm(["run", "check"]);
