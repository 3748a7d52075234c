import { expect, test } from "vitest";

import { commitSubjects } from "./commit-subjects.ts";
import { gitCalls } from "./git-in-shell.ts";

function subjects(command: string): readonly string[] | undefined {
  return commitSubjects(
    gitCalls(command, "/r").filter(({ subcommand }) => subcommand === "commit"),
  );
}

test.each([
  [`git commit -m "one"`, ["one"]],
  [`git commit -qam 'one' && git commit --message=two`, ["one", "two"]],
  [`git commit --message "first\n\nbody" -m second`, ["first"]],
  [`git commit -mjoined`, ["joined"]],
  [`git commit -mam`, ["am"]],
  [`git commit -m "feat:  two  blanks"`, ["feat: two blanks"]],
])("the subjects of %s are known", (command, expected) => {
  expect(subjects(command.replaceAll(String.raw`\n`, "\n"))).toEqual(expected);
});

test.each([
  "git commit",
  "git commit -F message.txt",
  "git commit -C HEAD~1",
  "git commit -Fmsg.txt",
  "git commit -Smykey",
  "git commit --fixup=HEAD -m extra",
  `git commit --cleanup=strip -m "# note"`,
  `git commit -m "$MESSAGE"`,
  `git commit -m "$(cat message)"`,
  `git commit -m ""`,
  `git commit -m one; git commit --no-edit`,
])("those of %s are not", (command) => expect(subjects(command)).toBeUndefined());
