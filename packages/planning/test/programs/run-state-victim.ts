// Makes the scripted run in a folder, and is killed right before its n-th call that would change the disk;
// without such a number it prints how many there were. It says each step that is done.
import { writeSync } from "node:fs";

import {
  killBeforeCall,
  startCounting,
  stopCounting,
} from "../../../registry-core/test/support/kill-before-call.ts";

const [folder = "", last = "0"] = process.argv.slice(2);
const killAt = Number(last);
const say = writeSync.bind(undefined, 1);

killBeforeCall(killAt);
// Loaded only now: what is imported takes the calls as it finds them.
const { runScript } = await import("../support/run-state-script.ts");
startCounting();
await runScript(folder, 0, (done) => void say(`${done}\n`));
const calls = stopCounting();
if (killAt === 0) say(`calls ${calls}\n`);
