// `npm test`: installs, and passes everything that is checked.
import { ensureInstalled, runNpm, settingUpAlone } from "./workspace.mjs";

settingUpAlone(ensureInstalled);
runNpm(["run", "check"]);
