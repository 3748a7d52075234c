import { expect, test } from "vitest";

import { findOffer } from "./find-offer.ts";
import type { Candidate } from "./offer.ts";

/** Offers for what stands behind `cabinet`; each thing is looked up as its own name, in the workspace asked for. */
async function offered(line: string, things: readonly Candidate[] = []) {
  const asked: string[] = [];
  const { kind, candidates } = await findOffer(line.split(" "), async (thing, root) => {
    asked.push(root === undefined ? thing : `${thing} in ${root}`);
    return things;
  });
  return { kind, words: candidates.map(({ value }) => value), asked };
}

test("commands are offered, hidden ones never, and other words for them once they are begun", async () => {
  const { words } = await offered("");
  expect(words).toEqual(
    expect.arrayContaining(["plans", "lease", "tracker", "completion", "help"]),
  );
  expect(words).not.toContain("complete");
  expect(words).not.toContain("registry-list");
  const begun = (await offered("reg")).words;
  expect(begun.filter((word) => word.startsWith("reg"))).toEqual([
    "registry-list",
    "registry",
    "registry-show",
    "registry-crash",
    "registry-clear",
  ]);
  expect((await offered("plans ")).words).toEqual(["show", "set-status", "adopt"]);
  expect((await offered("help plans ")).words).toEqual(["show", "set-status", "adopt"]);
  expect((await offered("nothing ")).words).toEqual([]);
});

test.each([
  ["plans show ", ["plan"]],
  ["plans show --json ", ["plan"]],
  ["plans show --session ", ["session"]],
  ["plans show --session=", ["session"]],
  ["plans show --session x ", ["plan"]],
  ["plans show --workspace-root a --session=x ", ["plan in a"]],
  ["--workspace-root=a plans adopt x --parent ", ["session in a"]],
  ["plans set-status failed --plan ", ["registered-plan"]],
  ["registry-show ", ["lease"]],
  ["registry crash ", ["open-lease"]],
  ["lease run ", ["phase"]],
  ["planning status --spec ", ["spec"]],
  ["planning activate ", ["spec-or-file"]],
  ["phase-status 1 ", []],
  ["restore ", ["cleared"]],
  ["lease crash 1 --reason ", []],
])("%j looks up %j and nothing else", async (line, asked) => {
  const offer = await offered(line, [{ value: "x" }]);
  expect(offer.asked).toEqual(asked);
});

test.each([
  ["tracker import ", "files"],
  ["lease grant 3 --write ", "files"],
  ["lease grant 3 --write=", "files"],
  ["lease conflicts a b ", "files"],
  ["plans show ./", "files"],
  ["plans show .ai/plan", "files"],
  ["planning activate unknown", "files"],
  ["--workspace-root ", "folders"],
  ["tracker migrate --from ", "files"],
  ["lease run 3 -- ", "command"],
  ["run-state run -- git --", "command"],
  ["complete ", "words"],
])("%j is left to the shell as %s", async (line, kind) => {
  expect(await offered(line)).toMatchObject({ kind, words: [] });
});

test("an option is offered once, but for those that may be repeated", async () => {
  const { words } = await offered("lease grant 3 --agent a --write b -q --json --");
  expect(words).toEqual(expect.arrayContaining(["--write", "--ttl", "--verbose"]));
  for (const given of ["--agent", "--quiet", "--json"]) expect(words).not.toContain(given);
});

test("behind the last argument options are offered, and where another command follows its `--`", async () => {
  expect((await offered("lease run 3 ")).words).toEqual(expect.arrayContaining(["--", "--agent"]));
  expect((await offered("lease close 3 ")).words).toContain("--epoch");
  expect((await offered("lease close 3 ")).words).not.toContain("--");
});

test("a name that begins with a dash is offered only where it is no option", async () => {
  const things = [{ value: "-x" }, { value: "y" }];
  expect((await offered("plans show ", things)).words).toEqual(["y"]);
  expect((await offered("plans show -- ", things)).words).toEqual(["-x", "y"]);
  expect((await offered("plans show --session=", things)).words).toEqual([
    "--session=-x",
    "--session=y",
  ]);
});

test("names that would act on a terminal or break the answer are left out; descriptions are one line", async () => {
  const bad = ["a\nb", "a\tb", "a\u001B[2Jb", "a\u202Eb", "\uD800", ""].map((value) => ({ value }));
  const { candidates } = await findOffer(["restore", ""], async () => [
    ...bad,
    { value: "plans", description: "one\n\ttwo \u001B[2J" },
    { value: "plans" },
  ]);
  expect(candidates).toEqual([{ value: "plans", description: "one two \\u{1b}[2J" }]);
});
