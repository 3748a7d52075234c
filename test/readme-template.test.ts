import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { packageFolders, readManifest, root } from "../scripts/workspace.mjs";
import { publicEntries, publicNames } from "./public-names.ts";

/** What the README of a library has, in this order; what else there is to say stands between the two lists. */
const FIRST = ["Install", "Example", "What is promised"];
const LAST = ["Errors", "Limits", "Where it runs", "License"];

/** How the codes of a package begin. */
const CODES: Readonly<Record<string, RegExp>> = {
  "@x/atomic-fs": /^ATOMIC_FS_/,
  "@x/lmdb-store": /^LMDB_STORE_/,
  "@x/planning": /^(?:PLANNING|CLOSEOUT)_/,
  "@x/registry-core": /^(?:REGISTRY|LEASE|GLOB|WORKSPACE)_/,
  "@x/tracker": /^TRACKER_/,
};

const packages = packageFolders().map((folder) => {
  const readme = readFileSync(join(root, folder, "README.md"), "utf8");
  const { name } = readManifest(folder);
  const specifiers = publicEntries(folder).map(({ specifier }) => specifier);
  return { name, folder, specifiers, readme, sections: sectionsOf(readme) };
});
const libraries = packages.filter(({ folder }) => folder.startsWith("packages/"));
const imported = packages.filter(({ specifiers }) => specifiers.length > 0);

test.each(libraries)(
  "the README of $name has the sections of all READMEs, in their order",
  (one) => {
    const several = one.specifiers.length > 1;
    const entries = one.specifiers.map((specifier) => `\`${specifier}\``);
    const headings = one.sections.map(({ heading }) => heading);
    const fixed = [...FIRST, ...(several ? ["Entry points"] : []), ...entries];
    expect(headings.slice(0, fixed.length)).toEqual(fixed);
    expect(headings.slice(-LAST.length)).toEqual(LAST);
    if (!several) return;
    const listed = textOf(one, "Entry points").matchAll(/^\| `(@x\/[\w/-]+)` *\| *\S/gm);
    expect([...listed].map(([, specifier]) => specifier)).toEqual(one.specifiers);
  },
);

test.each(packages)(
  "the README of $name says first how it is installed, and last where it runs",
  (one) => {
    const headings = one.sections.map(({ heading }) => heading);
    expect([headings.at(0), ...headings.slice(-2)]).toEqual(["Install", ...LAST.slice(-2)]);
    const install = textOf(one, "Install");
    expect(install).toContain("```");
    expect(install).toContain(one.name);
    expect(textOf(one, "License")).toBe("MIT");
  },
);

test.each(libraries)(
  "the README of $name has an install line and an example near its top",
  (one) => {
    const install = textOf(one, "Install").split("\n");
    expect(install.find((line) => line.startsWith("npm install"))).toContain(` ${one.name}`);
    expect(install.find((line) => line.startsWith("Types: "))).toBeDefined();
    expect(textOf(one, "Example")).toContain(`from "${one.name}`);
    expect(textOf(one, "Example")).toMatch(/^```ts$/m);
  },
);

test.each(imported)(
  "the README of $name names every entry, and whatever can be imported from it",
  (one) => {
    const written = new Set(
      [...one.readme.matchAll(/`[^`\n]+`/g)].flatMap(([code]) => code.match(/\w+/g)),
    );
    const unnamed = publicEntries(one.folder).flatMap(({ specifier, file }) => [
      ...(one.readme.includes(`\`${specifier}\``) ? [] : [specifier]),
      ...publicNames(file)
        .filter(({ name }) => name !== "default" && !written.has(name))
        .map(({ name }) => `${specifier}: ${name}`),
    ]);
    expect(unnamed).toEqual([]);
  },
);

test.each(libraries)(
  "the README of $name explains every code that it can give, and no other",
  (one) => {
    const isOwn = CODES[one.name] ?? /^$/;
    const given = sourcesOf(one.folder)
      .flatMap((text) => [...text.matchAll(/"([A-Z]+(?:_[A-Z0-9]+)+)\b/g)])
      .map(([, code = ""]) => code)
      .filter((code) => isOwn.test(code));
    const explained = [...textOf(one, "Errors").matchAll(/^\|([^|]+)\|[^|]+\| *\S/gm)]
      .flatMap(([, codes = ""]) => [...codes.matchAll(/`([A-Z_0-9]+)`/g)])
      .map(([, code]) => code);
    expect(new Set(explained)).toEqual(new Set(given));
  },
);

interface Section {
  readonly heading: string;
  readonly text: string;
}

/** What stands below each heading of the second level. */
function sectionsOf(readme: string): Section[] {
  const [, ...parts] = withoutCodeHeadings(readme).split(/^## /m);
  return parts.map((part) => {
    const end = part.indexOf("\n");
    return { heading: part.slice(0, end), text: part.slice(end).trim() };
  });
}

function textOf({ sections }: { readonly sections: readonly Section[] }, heading: string): string {
  return sections.find((one) => one.heading === heading)?.text ?? "";
}

/** Number signs in code are no headings. */
function withoutCodeHeadings(readme: string): string {
  return readme.replaceAll(/^(`{3,})[^`]*\n[^]*?^\1$/gm, (code) => code.replaceAll(/^#/gm, " #"));
}

/** The sources of a package, without its tests and what it has for tests of others. */
function sourcesOf(folder: string): string[] {
  const top = join(root, folder, "src");
  return readdirSync(top, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .filter((path) => dirname(path) !== "testing")
    .map((path) => readFileSync(join(top, path), "utf8"));
}
