import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import {
  copyRepository,
  dependentsOf,
  nextVersion,
  releaseAll,
  type RepositoryCopy,
} from "./repository-copy.ts";

const ORDER = ["patch", "minor", "major"];

/** What the waiting changesets make of each package that they name. */
function plannedVersions(copy: RepositoryCopy): Record<string, string> {
  const types = new Map<string, string>();
  for (const { releases } of copy.changesets()) {
    for (const [name, type] of Object.entries(releases)) {
      const known = types.get(name) ?? "patch";
      types.set(name, ORDER.indexOf(type) > ORDER.indexOf(known) ? type : known);
    }
  }
  const planned = [...types].map(([name, type]) => [
    name,
    nextVersion(copy.versions()[name] ?? "", type),
  ]);
  return Object.fromEntries(planned);
}

test("what waits is released: each package gets the version and the CHANGELOG that its changesets say", async () => {
  const copy = await copyRepository();
  const planned = plannedVersions(copy);
  const waiting = copy.changesets();
  // The first release of a package has a changeset, which tells what there is.
  const unreleased = Object.entries(copy.versions()).filter(([, version]) => version === "0.0.0");
  expect(planned).toMatchObject(Object.fromEntries(unreleased.map(([name]) => [name, "0.1.0"])));

  expect(await copy.changeset("version")).toMatchObject({ code: 0 });

  expect(copy.versions()).toMatchObject(planned);
  expect(copy.changesets()).toEqual([]);
  for (const [name, version] of Object.entries(planned)) {
    const entry = copy.entry(name, version);
    const told = waiting.filter(({ releases }) => releases[name] !== undefined);
    for (const { summary } of told) expect(entry).toContain(`\n- ${summary.split("\n")[0]}\n`);
    expect(entry).not.toMatch(/Updated dependencies|^- [0-9a-f]{7}: |\b0\.0\.0\b/m);
  }
});

test("the lock file is still the right one after a release", async () => {
  const copy = await copyRepository();
  await copy.changeset("version");
  const frozen = ["install", "--frozen-lockfile", "--lockfile-only", "--offline"];
  expect(await copy.pnpm(...frozen)).toMatchObject({ code: 0 });
  // It can fail: of a range that the lock file does not know.
  const path = join(copy.folder, "apps/cli/package.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"workspace:^"', '"workspace:~"'));
  const outdated = await copy.pnpm(...frozen);
  expect(outdated).toMatchObject({ code: 1, stdout: expect.stringContaining("OUTDATED_LOCKFILE") });
});

const ALL_BUT_ATOMIC_FS = [
  "@x/cli",
  "@x/lmdb-store",
  "@x/opencode-plugin",
  "@x/planning",
  "@x/registry-core",
  "@x/tracker",
];

test.each([
  ["patch", "@x/atomic-fs", ALL_BUT_ATOMIC_FS],
  ["minor", "@x/atomic-fs", ALL_BUT_ATOMIC_FS],
  ["patch", "@x/lmdb-store", ["@x/cli", "@x/opencode-plugin", "@x/tracker"]],
  ["minor", "@x/planning", ["@x/cli"]],
  ["patch", "@x/cli", []],
])(
  "a %s of %s releases whatever depends on it, and nothing else",
  async (type, changed, reached) => {
    const copy = await copyRepository();
    await releaseAll(copy);
    const before = copy.versions();
    const dependents = dependentsOf(changed, copy.manifests());
    expect([...dependents.keys()].toSorted()).toEqual(reached);
    const summary = "A lock is given back in time.\n\nMore of it, for those who use it directly.";
    copy.writeChangeset("lock-in-time", { releases: { [changed]: type }, summary });

    expect(await copy.changeset("version")).toMatchObject({ code: 0 });

    const after = copy.versions();
    const bumped = [...dependents.keys()].map((name) => [
      name,
      nextVersion(before[name] ?? "", "patch"),
    ]);
    const changedTo = nextVersion(before[changed] ?? "", type);
    expect(after).toEqual({ ...before, ...Object.fromEntries(bumped), [changed]: changedTo });
    const own =
      "\n- A lock is given back in time.\n\n  More of it, for those who use it directly.\n";
    expect(copy.entry(changed, changedTo)).toContain(own);
    for (const [name, because] of dependents) {
      const entry = copy.entry(name, after[name] ?? "");
      expect(entry).toMatch(/\n### Patch Changes\n\n- Released with [^\n]+(?:\n  - [^\n]+)?\n+$/);
      for (const one of because) expect(entry).toContain(`\`${one}\` ${after[one]}`);
      // Who does not depend on it directly is told through whom.
      const reason = because.includes(changed) ? ":\n  - A lock is given back in time.\n" : ".\n";
      expect(`${entry.trimEnd()}\n`).toMatch(new RegExp(`\\d${reason.replaceAll(".", "\\.")}$`));
    }
  },
);

async function writeChange(copy: RepositoryCopy, file: string): Promise<void> {
  const path = join(copy.folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "// changed\n");
  await copy.commit();
}

test("a change of what is published is refused without a changeset, and one of its tests is not", async () => {
  const copy = await copyRepository();
  await releaseAll(copy);
  await copy.git("checkout", "--quiet", "-b", "a-change");
  const status = () => copy.changeset("status", "--since=main");

  for (const file of ["src/index.test.ts", "test/crash.test.ts", "bench/speed.ts"]) {
    await writeChange(copy, `packages/tracker/${file}`);
  }
  expect(await status()).toMatchObject({ code: 0 });

  await writeChange(copy, "packages/tracker/src/index.ts");
  const refused = await status();
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stdout + refused.stderr).toContain("no changesets were found");

  copy.writeChangeset("more", { releases: { "@x/tracker": "patch" }, summary: "More of it." });
  await copy.commit();
  expect(await status()).toMatchObject({ code: 0 });
});
