import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import {
  type PackageRegistry,
  type PublishedManifest,
  startPackageRegistry,
} from "../package-registry.ts";
import { endOf } from "../run-typescript.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { copyRepository, dependentsOf, type RepositoryCopy } from "./repository-copy.ts";

const REPOSITORY = "somebody/cabinet";
const CONSUMER = `
import { existsSync } from "node:fs";
import { writeFileAtomic } from "@x/atomic-fs";
import { findRoots } from "@x/registry-core/workspace";
await writeFileAtomic("note.md", "kept");
console.log(existsSync("note.md"), findRoots(process.cwd()).plans.path === process.cwd());
`;

async function openRegistry(): Promise<PackageRegistry> {
  const registry = await startPackageRegistry();
  onTestFinished(() => registry.close());
  return registry;
}

/** The environment of the copy, in which npm and pnpm know that registry and no other. */
function environmentFor({ env }: RepositoryCopy, { url, token }: PackageRegistry) {
  const configuration = join(env["HOME"] ?? "", ".npmrc");
  const host = url.replace("http:", "");
  writeFileSync(configuration, `registry=${url}\n${host}:_authToken=${token}\n`);
  return Object.assign(env, {
    npm_config_userconfig: configuration,
    npm_config_registry: url,
    npm_config_cache: join(env["HOME"] ?? "", "cache"),
    npm_config_update_notifier: "false",
    npm_config_fetch_retries: "0",
    GITHUB_REPOSITORY: REPOSITORY,
  });
}

/** Fails where a manifest holds what only the workspace understands, or what users of the package do not need. */
function assertPublishable(manifest: PublishedManifest, versions: Record<string, string>): void {
  const { name, version, dependencies = {} } = manifest;
  expect([name, version]).toEqual([name, versions[name]]);
  expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:|@x\/source/);
  expect(manifest).toMatchObject({
    license: "MIT",
    engines: { node: expect.stringMatching(/^>=/) },
    repository: { url: `git+https://github.com/${REPOSITORY}.git` },
  });
  expect(Object.keys(manifest)).not.toContain("devDependencies");
  expect(Object.keys(manifest)).not.toContain("scripts");
  const ranges = Object.entries(dependencies).filter(([other]) => other.startsWith("@x/"));
  for (const [other, range] of ranges)
    expect([other, range]).toEqual([other, `^${versions[other]}`]);
}

test("a release is published: first everything, then what a fix reaches, and then nothing", async () => {
  const copy = await copyRepository({ withDist: true });
  const registry = await openRegistry();
  const env = environmentFor(copy, registry);
  const packages = Object.keys(copy.versions()).toSorted();
  const fixed = "@x/lmdb-store";
  const names = (manifests: readonly PublishedManifest[]) =>
    manifests.map(({ name }) => name).toSorted();

  await copy.changeset("version");
  await copy.commit();
  expect(await copy.changeset("publish")).toMatchObject({ code: 0 });

  expect(names(registry.published)).toEqual(packages);
  for (const manifest of registry.published) assertPublishable(manifest, copy.versions());
  const apps = registry.published.filter(({ name }) => /cli|plugin/.test(name));
  expect(apps.map(({ dependencies = {} }) => Object.keys(dependencies))).toEqual([
    ["lmdb"],
    ["lmdb"],
  ]);
  const tags = Object.entries(copy.versions()).map(([name, version]) => `${name}@${version}`);
  expect((await copy.git("tag")).trim().split("\n")).toEqual(tags.toSorted());

  copy.writeChangeset("lock-in-time", {
    releases: { [fixed]: "patch" },
    summary: "A lock is given back in time.",
  });
  await copy.changeset("version");
  await copy.commit();
  expect(await copy.changeset("publish")).toMatchObject({ code: 0 });
  const second = registry.published.slice(packages.length);
  const reached = [...dependentsOf(fixed, copy.manifests()).keys(), fixed];
  expect(names(second)).toEqual(reached.toSorted());
  for (const manifest of second) assertPublishable(manifest, copy.versions());

  const third = await copy.changeset("publish");
  expect(third).toMatchObject({ code: 0 });
  expect(third.stdout + third.stderr).toContain("No unpublished projects to publish");
  expect(registry.published).toHaveLength(packages.length + second.length);

  const project = temporaryFolder();
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  writeFileSync(join(project, "consumer.js"), CONSUMER);
  const run = (command: string, ...args: string[]) =>
    endOf(
      spawn(command, args, {
        cwd: project,
        env,
        timeout: 100_000,
        shell: process.platform === "win32" && command === "npm",
      }),
    );
  const install = ["install", "--no-audit", "--no-fund", "@x/registry-core"];
  expect(await run("npm", ...install)).toMatchObject({ code: 0 });
  const consumer = await run(process.execPath, "consumer.js");
  expect(consumer).toMatchObject({ code: 0, stdout: "true true\n", stderr: "" });
}, 400_000);

test("who has no right to publish publishes nothing, and the release fails", async () => {
  const copy = await copyRepository({ withDist: true });
  const registry = await openRegistry();
  environmentFor(copy, { ...registry, token: "of-nobody" });
  await copy.changeset("version");
  await copy.commit();
  expect(await copy.changeset("publish")).toMatchObject({ code: 1 });
  expect(registry.published).toEqual([]);
  expect(await copy.git("tag")).toBe("");
});
