import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** In a child: says that it is ready, and goes on once all the others are. */
export async function untilAllAreReady(): Promise<void> {
  process.stdout.write("ready\n");
  await once(process.stdin.resume(), "end");
}

/** In the test: lets the children go once every one of them has said that it is ready. */
export async function startTogether(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(children.map((child) => firstOutput(child)));
  for (const child of children) child.stdin?.end();
}

/** What the process printed first. Fails when it ends without a word. */
export async function firstOutput(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the output of this process is not piped");
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`process ${child.pid} ended with ${String(code)} before it printed anything`);
  });
  return String(await Promise.race([once(child.stdout, "data"), ended]));
}
