import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Until none of the threads of a process runs any more, after SIGSTOP: `kill` returns before that. Linux. */
export async function untilStopped(pid: number | undefined): Promise<void> {
  const states = (): string[] =>
    fs
      .readdirSync(`/proc/${pid}/task`)
      .map((task) => fs.readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8"))
      .map((text) => text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3));
  while (!states().every((state) => state === "T")) await delay(1);
}
