// Writes numbered lines to its output, as the command does; as a child of a process that makes that output one which
// does not wait, as Node does with a pipe that it writes to itself.
import { readFileSync } from "node:fs";

import { runTypeScript } from "../../../../test/run-typescript.ts";
import { openOutput } from "../../src/output.ts";

const STDIN = 0;
const [, file = "", mode = "", lines = "0"] = process.argv;

if (mode === "child") {
  // To its end: by then the output is as it is going to be.
  readFileSync(STDIN);
  const onFault = ({ message }: Error): void => void process.stderr.write(`fault: ${message}\n`);
  process.stderr.write("begun\n");
  const output = openOutput({ descriptor: 1, env: {}, onFault });
  for (let line = 0; line < Number(lines); line += 1) output.write(`${line} ${"x".repeat(1000)}\n`);
} else {
  const child = runTypeScript(file, ["child", lines], { stdio: ["pipe", "inherit", "inherit"] });
  child.once("spawn", () => {
    process.stdout.write("");
    child.stdin?.end();
  });
}
