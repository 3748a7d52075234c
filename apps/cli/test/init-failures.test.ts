import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, type Failure } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { cabinet, withoutPrivileges } from "./run-cabinet-here.ts";

const config = (text: string | Uint8Array) => (dir: string) =>
  writeFileSync(join(dir, "opencode.json"), text);

const FAILURES: readonly Failure[] = [
  {
    title: "a configuration that is no JSON, with the place of the fault",
    args: ["init"],
    prepare: config('{\n  "plugin": ["a" "b"]\n}\n'),
    code: "CABINET_INIT_CONFIG_INVALID",
    sentence: (dir) =>
      `The configuration ${join(dir, "opencode.json")} cannot be understood: line 2, column 18: comma expected. It was left as it is.`,
  },
  {
    title: "a `plugin` that is no list, also in a dry run",
    args: ["init", "--dry-run"],
    prepare: config('{ "plugin": {} }'),
    code: "CABINET_INIT_CONFIG_INVALID",
    sentence: (dir) =>
      `The configuration ${join(dir, "opencode.json")} cannot be understood: line 1, column 13: "plugin" is no list. It was left as it is.`,
  },
  {
    title: "a configuration that is no text",
    args: ["init"],
    prepare: config(Buffer.from([0x7b, 0xff, 0x7d])),
    code: "CABINET_INIT_CONFIG_INVALID",
    sentence: (dir) =>
      `The configuration ${join(dir, "opencode.json")} cannot be understood: it is not UTF-8. It was left as it is.`,
  },
  {
    title: "a configuration that is a folder",
    args: ["init"],
    prepare: (dir) => mkdirSync(join(dir, "opencode.json")),
    code: "CABINET_INIT_UNREADABLE",
    sentence: (dir) =>
      `${join(dir, "opencode.json")} cannot be read: it is no file. It was left as it is.`,
  },
  {
    title: "a configuration that is huge",
    args: ["init"],
    prepare: config(`{}${" ".repeat(2 ** 20)}`),
    code: "CABINET_INIT_TOO_LARGE",
    sentence: (dir) =>
      `${join(dir, "opencode.json")} is not read: it is larger than 1 MiB. It was left as it is.`,
  },
  {
    title: "an ignore file that is huge",
    args: ["init", "--skip-opencode"],
    prepare: (dir) => writeFileSync(join(dir, ".ai/.gitignore"), "#".repeat(2 ** 20 + 1)),
    code: "CABINET_INIT_TOO_LARGE",
    sentence: (dir) =>
      `${join(dir, ".ai/.gitignore")} is not read: it is larger than 1 MiB. It was left as it is.`,
  },
  {
    title: "a configuration that is a link out of the checkout",
    args: ["init"],
    prepare: (dir) => {
      const outside = join(temporaryFolder(), "opencode.json");
      writeFileSync(outside, "{}");
      symlinkSync(outside, join(dir, "opencode.json"));
    },
    code: "CABINET_INIT_OUTSIDE",
    sentence: (dir) =>
      `${join(dir, "opencode.json")} is not used: it is a link that leads out of ${dir}. It was left as it is.`,
  },
  {
    title: "a configuration that is a link to nothing",
    args: ["init"],
    prepare: (dir) => symlinkSync("gone.json", join(dir, "opencode.json")),
    code: "CABINET_INIT_OUTSIDE",
    sentence: (dir) =>
      `${join(dir, "opencode.json")} is not used: it is a link that leads to nothing. It was left as it is.`,
  },
  {
    title: "plans that are a link out of the checkout",
    args: ["init"],
    prepare: (dir) => {
      rmSync(join(dir, ".ai"), { recursive: true });
      symlinkSync(temporaryFolder(), join(dir, ".ai"));
    },
    code: "CABINET_INIT_OUTSIDE",
    sentence: (dir) =>
      `${join(dir, ".ai")} is not used: it is a link that leads out of ${dir}. It was left as it is.`,
  },
  {
    title: "specs that are a link out of the checkout",
    args: ["init"],
    prepare: (dir) => symlinkSync(temporaryFolder(), join(dir, ".planning")),
    code: "PLANNING_OUTSIDE",
    sentence: (dir) =>
      `${join(dir, ".planning")} is not used: it is a link that leads out of ${dir}. Nothing was changed.`,
  },
  {
    title: "a file in the place of the plans",
    args: ["init"],
    prepare: (dir) => {
      rmSync(join(dir, ".ai"), { recursive: true });
      writeFileSync(join(dir, ".ai"), "mine\n");
    },
    code: "CABINET_INIT_NOT_FOLDER",
    sentence: (dir) =>
      `${join(dir, ".ai")} is no folder, and Cabinet needs one of that name. It was left as it is.`,
  },
  {
    title: "a root that is not there",
    args: ["init", "--workspace-root", "gone"],
    code: "WORKSPACE_NOT_FOUND",
    sentence: (dir) => `There is no folder ${join(dir, "gone")}.`,
  },
];

test.each(FAILURES)("refused, and nothing is written: $title", async (failure) => {
  const dir = checkout();
  failure.prepare?.(dir);
  await assertFailure(dir, failure, cabinet);
});

test("without the right to write, nothing is written, not even what could be", async (context) => {
  const run = withoutPrivileges(context);
  const dir = checkout();
  // What lies inside could be written; the root of the checkout cannot.
  chmodSync(join(dir, ".ai"), 0o777);
  mkdirSync(join(dir, ".planning"));
  chmodSync(join(dir, ".planning"), 0o777);
  chmodSync(dir, 0o755);
  await assertFailure(
    dir,
    {
      args: ["init"],
      code: "ATOMIC_FS_ACCESS_DENIED",
      sentence: (top) =>
        `No permission to write ${join(top, "opencode.json")}; nothing was changed.`,
    },
    run,
  );
  const others = await run(dir, ["init", "--skip-opencode"]);
  expect(others).toMatchObject({ code: 0 });
  // Set up already, it takes no right at all.
  chmodSync(join(dir, ".ai"), 0o755);
  chownSync(join(dir, ".ai/.gitignore"), process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  const again = await run(dir, ["init", "--skip-opencode"]);
  expect(again).toMatchObject({ code: 0, stdout: `Everything is set up already in ${dir}.\n` });
});

test("who may not make a folder is told of the one that is there", async (context) => {
  const run = withoutPrivileges(context);
  const dir = checkout();
  rmSync(join(dir, ".ai"), { recursive: true });
  chmodSync(dir, 0o755);
  const { stderr } = await run(dir, ["init", "--skip-opencode"]);
  expect(stderr).toContain(`Look at the owner and mode of ${dir}, or run as the user`);
});

test("in the folder where git keeps a repository, nothing is set up", async () => {
  const dir = temporaryFolder();
  execFileSync("git", ["init", "--quiet", "--bare"], { cwd: dir });
  const files = readdirSync(dir);
  const { code, stderr } = await cabinet(dir, ["init"]);
  expect([code, stderr]).toEqual([
    1,
    `error: ${dir} is where git keeps a repository, and no checkout: nothing was set up.\n` +
      "Run it in a checkout of that repository; `git worktree add <path>` makes one.\n",
  ]);
  expect(readdirSync(dir)).toEqual(files);
});
