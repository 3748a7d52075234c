import { homedir } from "node:os";

import fc from "fast-check";
import { expect, test } from "vitest";

import { gitCalls } from "./git-in-shell.ts";

const CWD = "/tree";

test.each<[string, string, string | undefined, string[]]>([
  ["git commit -m 'a b'", "commit", CWD, ["-m", "a b"]],
  ["/usr/bin/git push origin main 2>&1", "push", CWD, ["origin", "main"]],
  ["git.exe push", "push", CWD, []],
  ["A=b C=d git push", "push", CWD, []],
  ["env -i -u C A=b git push", "push", CWD, []],
  ["env -C /else git push", "push", undefined, []],
  ["command git push", "push", CWD, []],
  ["sudo -u somebody -E -- git push", "push", CWD, []],
  ["time -p nohup nice -n 5 git push &", "push", CWD, []],
  ["timeout -k 5 60 git push", "push", CWD, []],
  ["if git push; then :; fi", "push", CWD, []],
  ["! git push", "push", CWD, []],
  ["exec git push", "push", CWD, []],
  ["echo a | xargs -n 1 git add --", "add", CWD, ["--"]],
  ["sh -c 'git push'", "push", CWD, []],
  [`bash -lc "cd a && git commit -m \\"x y\\""`, "commit", "/tree/a", ["-m", "x y"]],
  ["bash -o pipefail -ec 'git push' name", "push", CWD, []],
  ["sudo bash -c \"sh -c 'git push'\"", "push", CWD, []],
  ["eval git push 'origin'", "push", CWD, ["origin"]],
  ["cd a && git push", "push", "/tree/a", []],
  ["cd a; cd ../b/./c; git push", "push", "/tree/b/c", []],
  ["cd /a\ngit push", "push", "/a", []],
  ["cd -P -- a && git push", "push", "/tree/a", []],
  ["cd && git push", "push", homedir(), []],
  ["cd ~ && git push", "push", homedir(), []],
  ["cd ~/a && git push", "push", `${homedir()}/a`, []],
  ["cd ~other && git push", "push", undefined, []],
  ["cd - && git push", "push", undefined, []],
  ["cd $DIR && git push", "push", undefined, []],
  ['cd "$(dirname x)" && git push', "push", undefined, []],
  ["cd $DIR; cd b; git push", "push", undefined, []],
  ["cd $DIR; cd /b; git push", "push", "/b", []],
  ["cd a*; git push", "push", undefined, []],
  ['cd "$PWD/a" && git push', "push", "/tree/a", []],
  ['cd a; cd "${PWD}/b"; git push', "push", "/tree/a/b", []],
  ["cd $HOME/a && git push", "push", `${homedir()}/a`, []],
  ["cd $PWDX/a; git push", "push", undefined, []],
  ["cd $PWD/$A; git push", "push", undefined, []],
  ["pushd a; git push; popd", "push", "/tree/a", []],
  ["pushd a; popd; git push", "push", undefined, []],
  ["(cd a; true); git push", "push", CWD, []],
  ["(cd a; (cd b; git push))", "push", "/tree/a/b", []],
  ["cd a; (git push)", "push", "/tree/a", []],
  ["{ cd a; }; git push", "push", "/tree/a", []],
  ["sh -c 'cd a'; git push", "push", CWD, []],
  ["git -C a -C b push", "push", "/tree/a/b", []],
  ["git -C a -C /b push", "push", "/b", []],
  ["git -C ~/a push", "push", `${homedir()}/a`, []],
  ["git -C $A push", "push", undefined, []],
  ["git -C '' push", "push", CWD, []],
  ["git -c user.name='a b' -c x=y push", "push", CWD, []],
  ["git --git-dir=/a/.git --work-tree=/a push", "push", CWD, []],
  ["git --git-dir /a/.git --work-tree /a --namespace x push", "push", CWD, []],
  ["git --no-pager -p --literal-pathspecs push -C x", "push", CWD, ["-C", "x"]],
  ["x=$(git rev-parse HEAD)", "rev-parse", CWD, ["HEAD"]],
  ['echo "`git rev-parse HEAD`"', "rev-parse", CWD, ["HEAD"]],
  ["git commit -F - <<'EOF'\ngit push\nEOF", "commit", CWD, ["-F", "-"]],
  ["git commit -m \"$(cat <<'EOF'\na (b) 'c\nEOF\n)\"", "commit", CWD, ["-m", "$()"]],
])("%s", (command, subcommand, folder, args) => {
  expect(gitCalls(command, CWD)).toEqual([{ subcommand, folder, args }]);
});

test("every call is told, in its order and folder", () => {
  const command =
    "git add . && (cd a && git commit -m x) && git -C b commit; cd c || exit; git push";
  expect(gitCalls(command, CWD).map((call) => [call.subcommand, call.folder])).toEqual([
    ["add", CWD],
    ["commit", "/tree/a"],
    ["commit", "/tree/b"],
    ["push", "/tree/c"],
  ]);
});

test("folders of subshells do not leak into each other", () => {
  const calls = gitCalls("(cd a; git x); (git y); echo $(cd b; git z) `git w`", CWD);
  expect(calls.map(({ folder }) => folder)).toEqual(["/tree/a", CWD, "/tree/b", CWD]);
});

test.each([
  "",
  "git",
  "git --version",
  "git --help commit",
  "git $COMMAND",
  "echo git push",
  "echo 'git push'",
  "# git push",
  "cat <<E\ngit push\nE",
  "legit push",
  "git-push",
  "./git/push",
  "sh git push",
  "grep git push",
  // Behind a variable env takes no option any more: `-u` would be the command.
  "env -i A=b -u C git push",
])("no call in %j", (command) => expect(gitCalls(command, CWD)).toEqual([]));

test("texts within texts are followed to a depth, and no deeper", () => {
  const nested = (level: number): string =>
    level === 0 ? "git push" : `sh -c '${nested(level - 1).replaceAll("'", "'\\''")}'`;
  expect(gitCalls(nested(4), CWD)).toHaveLength(1);
  expect(gitCalls(nested(6), CWD)).toEqual([]);
});

test("a long row of `cd a` is read to its end, and where it leads is not told", () => {
  const [call] = gitCalls(`${"cd a;".repeat(25_000)} git push`, CWD);
  expect(call).toMatchObject({ subcommand: "push", folder: undefined });
});

test("no text makes it throw", () => {
  const parts =
    "git push cd -C ~ ~/a $x ( ) ; && ' \" ` $( sh -c eval env sudo -u timeout \0".split(" ");
  const words = fc.array(fc.constantFrom(...parts, "\n"), { maxLength: 12 });
  fc.assert(
    fc.property(words, (any) => {
      for (const { folder } of gitCalls(any.join(" "), CWD)) {
        expect(folder === undefined || folder.startsWith("/")).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});
