// `cabinet init` in the current folder, killed right before its n-th call that would change the disk. Argument: n.
import {
  killBeforeCall,
  startCounting,
} from "../../../../packages/registry-core/test/support/kill-before-call.ts";

const [killAt = "0"] = process.argv.splice(2, 1, "init");
killBeforeCall(Number(killAt));
const { runCabinet } = await import("../../src/run-cabinet.ts");
startCounting();
await runCabinet();
