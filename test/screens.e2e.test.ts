import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { root } from "../scripts/workspace.mjs";
import { nodeRuntime } from "./run-typescript.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = join(root, "docs/screens");

/** What a drawing says, without how it is drawn. */
function saidBy(path: string): string[] {
  const drawing = readFileSync(path, "utf8");
  const rows = [...drawing.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, row = ""]) => row);
  return rows.map((row) => row.replaceAll(/<[^>]*>/g, ""));
}

test("the pictures in the READMEs show what the command prints", (context) => {
  const taken = temporaryFolder();
  const args = [...nodeRuntime.flags, join(root, "scripts/screens.ts"), taken];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  context.skip(status === 77, stderr);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const names = readdirSync(taken);
  expect(names).toEqual(readdirSync(folder));
  for (const name of names) {
    // `npm run screens` takes them anew.
    expect([name, saidBy(join(folder, name))]).toEqual([name, saidBy(join(taken, name))]);
    const same = readFileSync(join(folder, name)).equals(readFileSync(join(taken, name)));
    expect([name, same]).toEqual([name, true]);
  }
});

test("each picture is in a README, with words for those who cannot see it", () => {
  const readmes = ["README.md", "apps/cli/README.md"];
  const text = readmes.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
  const shown = [...text.matchAll(/!\[([^\]]+)\]\([^)]*docs\/screens\/([\w-]+\.svg)\)/g)];
  const names = new Set(shown.map(([, , name]) => name));
  expect(names).toEqual(new Set(readdirSync(folder)));
  for (const name of names) {
    const drawing = readFileSync(join(folder, name ?? ""), "utf8");
    expect(drawing).toMatch(
      /<title id="title">cabinet [^<]+<\/title>\n<desc id="description">[^<]{20,}\.<\/desc>/,
    );
    // Nothing is loaded from elsewhere, and nothing runs.
    expect(drawing.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|<script|@import|url\(/,
    );
  }
});
