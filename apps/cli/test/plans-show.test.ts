import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertPrintable, envelope } from "./assert-failure.ts";
import { busyCheckout, createdAt, login, OTHER, registryOf } from "./busy-checkout.ts";
import { checkout, filesOf, SESSION, writeRegistryText } from "./checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

test("people see a short head and the plan's text; programs the same as data", async () => {
  const dir = busyCheckout();
  const path = `${dir}/.ai/plan-login-retry.md`;
  const text = "# Retry\n\n\t1. wait — 日本語\n";
  writeFileSync(path, text);
  const plain = await endOf(startCabinet(join(dir, "src/deep"), ["plans", "show", "RETRY"]));
  expect(plain).toMatchObject({ code: 0, stderr: "" });
  expect(plain.stdout).toBe(
    [
      "plan     login-retry",
      "status   created",
      `session  ${OTHER}`,
      `parent   ${SESSION}`,
      `created  ${createdAt}`,
      `file     ${path}`,
      "",
      text,
    ].join("\n"),
  );
  const json = await endOf(startCabinet(dir, ["plans", "show", "RETRY", "--json"]));
  expect(json).toMatchObject({ code: 0, stderr: "" });
  const registered = { status: "created", createdAt, sessionID: OTHER, parentID: SESSION };
  expect(envelope(json.stdout).data).toEqual({
    root: { path: dir, rule: "marker" },
    plan: "login-retry",
    path,
    ...registered,
    text,
  });
});

test.each([
  [["login"], "login"],
  [["LOGIN-"], "login-retry"],
  [["sea"], "search"],
  [["plan-login.md"], "login"],
  [[".ai/plan-login.md"], "login"],
  [["--session", SESSION], "login"],
  [["--session", OTHER.slice(0, 9)], "login-retry"],
  [["retry", "--session", OTHER], "login-retry"],
])("plans show %j shows %s", async (args, plan) => {
  const dir = busyCheckout();
  const files = filesOf(dir);
  const { stdout } = await cabinet(dir, ["plans", "show", ...args, "--json"]);
  expect(envelope(stdout)).toMatchObject({ ok: true, data: { plan, text: `# ${plan}\n` } });
  expect(filesOf(dir)).toEqual(files);
});

test("without a name it is the only plan there is; an untracked one has no registration", async () => {
  const dir = checkout(["search"]);
  const path = `${dir}/.ai/plan-search.md`;
  const { stdout } = await cabinet(dir, ["plans", "show"]);
  const head = ["plan     search", "status   untracked", `file     ${path}`];
  expect(stdout).toBe([...head, "", "# search", ""].join("\n"));
  const json = await cabinet(dir, ["plans", "show", "--json"]);
  const root = { path: dir, rule: "marker" };
  expect(envelope(json.stdout).data).toEqual({ root, plan: "search", path, text: "# search\n" });
  writeFileSync(path, "");
  expect((await cabinet(dir, ["plans", "show"])).stdout).toBe(`${head.join("\n")}\n`);
});

test("a plan that an older tool has filed is shown with the short key, which is no session id", async () => {
  const dir = checkout(["login"]);
  writeRegistryText(dir, { ses_66d: login });
  for (const args of [["login"], ["--session", "ses_66d"], ["--session", SESSION]]) {
    const { stdout } = await cabinet(dir, ["plans", "show", ...args]);
    expect(stdout).toContain("status   reviewed\nsession  ses_66d…\n");
    const json = await cabinet(dir, ["plans", "show", ...args, "--json"]);
    expect(envelope(json.stdout).data).not.toHaveProperty("sessionID");
  }
});

test("control characters in names, ids and the text do not reach the terminal; lines and tabs stay", async () => {
  const dir = checkout([]);
  const text = "one\r\n\ttwo\u001b[2J\rthree\u0007\u009b\u202e\u0000";
  const plan = "a\u202eb";
  const sessionID = "ses_66d\u001b[31m";
  writeFileSync(join(dir, `.ai/plan-${plan}.md`), text);
  writeRegistryText(dir, registryOf({ [sessionID]: { ...login, plan, createdAt: "now\u0007" } }));
  const { stdout } = await cabinet(dir, ["plans", "show"]);
  expect(stdout).toContain(
    String.raw`one${"\n\t"}two\u{1b}[2J\u{d}three\u{7}\u{9b}\u{202e}\u{0}${"\n"}`,
  );
  const json = await cabinet(dir, ["plans", "show", "--json"]);
  expect(envelope(json.stdout)).toMatchObject({ data: { plan, sessionID, text } });
  const wrong = await cabinet(dir, ["plans", "show", "\u202eno", "--json"]);
  const confused = await cabinet(dir, ["plans", "show", "\u001b[2J"]);
  assertPrintable(stdout + json.stdout + wrong.stdout + confused.stderr);
});

test("what is no UTF-8 is shown with a warning, and a byte-order mark is not", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  const bytes = [0xef, 0xbb, 0xbf, 0x61, 0xff, 0xc3, 0x62];
  writeFileSync(join(dir, ".ai/plan-odd.md"), Uint8Array.from(bytes));
  const { code, stdout, stderr } = await cabinet(dir, ["plans", "show", "--json"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: .*plan-odd\.md is not valid UTF-8/);
  expect(envelope(stdout)).toMatchObject({
    data: { text: "a\u{fffd}\u{fffd}b" },
    warnings: [{ code: "REGISTRY_PLAN_NOT_UTF8", path: `${dir}/.ai/plan-odd.md` }],
  });
});
