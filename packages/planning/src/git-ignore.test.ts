import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { projectWith } from "../test/support/spec-project.ts";
import { changeTimesOf } from "../test/support/tree.ts";
import { hideFromGit } from "./git-ignore.ts";

function hiddenIn(content: string | Uint8Array): Buffer {
  const root = projectWith({ ".planning/.gitignore": content });
  hideFromGit(join(root, ".planning"));
  return readFileSync(join(root, ".planning/.gitignore"));
}

const OF_USERS = ["mine", "mine\n", "a\r\nb\r\n", "a\r\nb", "# only\n\n"];

test.each(OF_USERS)(
  "in %j the user's lines stay byte for byte, in front of what is added",
  (content) => {
    const now = hiddenIn(content).toString();
    expect(now.startsWith(content.endsWith("\n") ? content : `${content}\n`)).toBe(true);
    expect(now).toContain("\n/.active*\n");
  },
);

test("bytes that are no text stay", () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x0a]);
  expect(hiddenIn(bytes).subarray(0, 3)).toEqual(bytes);
});

test("lines that are there, with any line end, are not added again, and nothing is written", () => {
  const root = projectWith({});
  const planning = join(root, ".planning");
  hideFromGit(planning);
  const before = changeTimesOf(planning);
  hideFromGit(planning);
  expect(changeTimesOf(planning)).toEqual(before);
  const text = readFileSync(join(planning, ".gitignore"), "utf8");
  const crlf = text.replaceAll("\n", "\r\n");
  expect(hiddenIn(crlf).toString()).toBe(crlf);
});

test("a line that is missing is added alone", () => {
  const whole = hiddenIn("").toString();
  const lines = whole.trimEnd().split("\n");
  const less = lines.filter((line) => line !== "/.local/");
  const now = hiddenIn(`${less.join("\n")}\n`).toString();
  expect(now.split("\n").filter((line) => line === "/.local/")).toHaveLength(1);
  expect(now.split("\n").filter((line) => line === "/.active*")).toHaveLength(1);
});
