// `npm run screens`: takes the pictures of docs/screens, of what the built command prints on a real terminal. It runs in
// namespaces of its own, where processes get the same numbers each time, and the machine the same name.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

import { root } from "./workspace.mjs";

/** As the tests know it: this machine cannot do it, and nothing is wrong. */
const CANNOT_BE_DONE = 77;
const NAMESPACES = ["--user", "--map-root-user", "--pid", "--fork", "--uts", "--mount-proc"];

const [folder = join(root, "docs/screens")] = process.argv.slice(2);
const NEEDS = "hostname nb && script --version && echo 4710 > /proc/sys/kernel/ns_last_pid";
const attempt = spawnSync("unshare", [...NAMESPACES, "sh", "-c", NEEDS], { timeout: 30_000 });
if (attempt.status === 0) {
  const program = join(root, "scripts/screens/take-screens.ts");
  const node = [process.execPath, "--import", import.meta.resolve("tsx"), program];
  const args = [...NAMESPACES, ...node, resolve(folder)];
  const { status } = spawnSync("unshare", args, { stdio: "inherit", timeout: 120_000 });
  process.exitCode = status ?? 1;
} else {
  console.error(
    "It takes Linux, unshare and script of util-linux, and the right to make namespaces.",
  );
  process.exitCode = CANNOT_BE_DONE;
}
