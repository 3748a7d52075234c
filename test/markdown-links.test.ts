import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { expect, test } from "vitest";

import { scanMarkdown } from "../packages/atomic-fs/src/markdown.ts";
import { root } from "../scripts/workspace.mjs";
import { temporaryFolder } from "./temporary-folder.ts";

// What is installed, built, or goes with the next release.
const NOT_OURS: ReadonlySet<string> = new Set([
  ".changeset",
  ".git",
  ".turbo",
  "coverage",
  "dist",
  "node_modules",
]);

function markdownFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : markdownFilesIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

interface Page {
  /** Without code blocks and comments. */
  readonly text: string;
  readonly anchors: ReadonlySet<string>;
}

function readPage(path: string): Page {
  // The scan speaks of bytes.
  const bytes = readFileSync(path, "latin1");
  const { lines, headings } = scanMarkdown(bytes);
  const seen = lines.filter(({ kind }) => kind !== "opaque");
  return {
    text: utf8(seen.map(({ start, end }) => bytes.slice(start, end)).join("\n")),
    anchors: anchorsOf(headings.map(({ title }) => utf8(title))),
  };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** As GitHub makes them: letters, digits, `_` and `-` in lower case, and a number behind one that is there already. */
function anchorsOf(titles: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const title of titles) {
    const shown = title.replaceAll(LINK, "$<shown>").toLowerCase();
    const plain = shown.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(" ", "-");
    let anchor = plain;
    for (let times = 1; anchors.has(anchor); times += 1) anchor = `${plain}-${times}`;
    anchors.add(anchor);
  }
  return anchors;
}

const LINK = /\[(?<shown>[^\][]*)\]\((?<target>[^()\s]+)(?:\s+"[^"]*")?\)/g;
const DEFINITION = /^ {0,3}\[[^\]]+\]:\s*<?(?<target>[^\s>]+)/gm;
const CODE = /(?<!`)(?<marks>`+)(?!`)(?<code>(?:(?!\n\s*\n).)+?)(?<!`)\k<marks>(?!`)/gs;
const ELSEWHERE = /^[a-z][a-z+.-]*:/i;
// Such as `packages/atomic-fs/src/lock-file.ts`, and no pattern of several paths.
const PATH_IN_CODE = /^(?:apps|docs|packages|scripts|test)\/[\w./-]*\w\.(?:md|mjs|sh|ts)$/;

/** The links and paths of a file that lead nowhere, each with the reason. */
function faultsOf(path: string, top: string): string[] {
  const { text } = readPage(path);
  const withoutCode = text.replaceAll(CODE, "");
  const links = [LINK, DEFINITION].flatMap((form) =>
    [...withoutCode.matchAll(form)].map(({ groups }) => groups?.["target"] ?? ""),
  );
  const paths = [...text.matchAll(CODE)]
    .map(({ groups }) => groups?.["code"] ?? "")
    .filter((code) => PATH_IN_CODE.test(code))
    .filter((code) => ![top, dirname(path)].some((folder) => existsSync(join(folder, code))));
  return [
    ...links.flatMap((target) => linkFault(target, path) ?? []),
    ...paths.map((code) => `${code}: there is no such file`),
  ];
}

function linkFault(target: string, from: string): string | undefined {
  if (ELSEWHERE.test(target)) return undefined;
  const [path = "", anchor] = target.split("#").map(decodeURIComponent);
  const to = path === "" ? from : join(dirname(from), path);
  if (!existsSync(to)) return `${target}: there is no such file`;
  if (anchor === undefined) return undefined;
  const isPage = statSync(to).isFile() && to.endsWith(".md");
  const hasAnchor = isPage && readPage(to).anchors.has(anchor);
  return hasAnchor ? undefined : `${target}: there is no such heading`;
}

const files = markdownFilesIn(root);

test("the pages of the repository are found, in all its folders", () => {
  expect(files.map((path) => relative(root, path).replaceAll("\\", "/"))).toEqual(
    expect.arrayContaining([
      "README.md",
      "apps/cli/README.md",
      "docs/decisions/0003-the-session-key.md",
      "docs/from-the-originals.md",
      "packages/planning/flows/enable-spec.md",
    ]),
  );
});

test.each(files.map((path) => ({ path, name: relative(root, path) })))(
  "every link of $name leads to a file and a heading, and every path in it is there",
  ({ path }) => {
    expect(faultsOf(path, root)).toEqual([]);
  },
);

test("a link to nothing, an anchor of no heading, and a path that is not there are found", () => {
  const folder = temporaryFolder();
  const other =
    "# Set up\n\n## `run(path, options?): Promise<void>`\n\n## Set up\n\n```\n# code\n```\n";
  writeFileSync(join(folder, "other.md"), other);
  const page = [
    "# One [two](other.md) and `three`",
    "[here](#one-two-and-three), [there](other.md#runpath-options-promisevoid)",
    "[again](other.md#set-up-1), [a link on two",
    "lines](gone.md), ![a picture](gone.svg), [code](other.md#code)",
    "[nowhere](#two), `[no](link.md)`, [elsewhere](https://example.org/#x), [defined][d]",
    "`packages/none/src/none.ts`, `packages/*/src/none.ts`, `other.md`",
    "",
    "[d]: missing.md",
    "",
    "```md",
    "[in code](none.md)",
    "```",
  ];
  writeFileSync(join(folder, "page.md"), page.join("\n"));
  expect(faultsOf(join(folder, "other.md"), folder)).toEqual([]);
  expect(faultsOf(join(folder, "page.md"), folder)).toEqual([
    "gone.md: there is no such file",
    "gone.svg: there is no such file",
    "other.md#code: there is no such heading",
    "#two: there is no such heading",
    "missing.md: there is no such file",
    "packages/none/src/none.ts: there is no such file",
  ]);
});
