import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { expect, test } from "vitest";

import { root } from "../../scripts/workspace.mjs";

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly "cancel-in-progress": boolean | string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const planningRequire = createRequire(join(root, "packages/planning/package.json"));
const { parse } = planningRequire("yaml") as { parse: (text: string) => unknown };
const github = join(root, ".github");
const { scripts, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

const read = (path: string): unknown => parse(readFileSync(join(github, path), "utf8"));
const workflows = Object.fromEntries(
  readdirSync(join(github, "workflows")).map((name) => [
    name,
    read(`workflows/${name}`) as Workflow,
  ]),
);
const { "ci.yml": ci, "release.yml": release } = workflows;
const jobs = Object.values(workflows).flatMap((workflow) => Object.values(workflow.jobs));
const actions = readdirSync(join(github, "actions")).map(
  (name) => read(`actions/${name}/action.yml`) as { runs: { steps: Step[] } },
);
const steps = [...jobs, ...actions.map(({ runs }) => runs)].flatMap((one) => one.steps);
/** All command lines, also those that an action is told. */
const lines = steps
  .flatMap((step) => [step.run, step.with?.["publish"], step.with?.["version"]])
  .flatMap((text) => text?.trim().split("\n") ?? []);

test("what the workflows run is there", () => {
  const called = lines.flatMap((line) => /^npm (?:run )?(\S+)/.exec(line)?.[1] ?? []);
  expect(called).toEqual(expect.arrayContaining(["test", "consumers", "changeset", "release"]));
  for (const name of called) expect([...Object.keys(scripts), "exec"]).toContain(name);
  const programs = lines.filter((line) => line.startsWith("."));
  expect(programs).toContain(".ci/run");
  for (const program of programs) expect(existsSync(join(root, program))).toBe(true);
  const local = steps.flatMap(({ uses = "" }) => (uses.startsWith("./") ? [uses] : []));
  for (const path of local) expect(statSync(join(root, path, "action.yml")).isFile()).toBe(true);
});

test("actions of others are named with a version, and each job ends in time", () => {
  const others = steps.flatMap(({ uses }) => (uses?.startsWith("./") === false ? [uses] : []));
  expect(others.length).toBeGreaterThan(0);
  for (const uses of others) expect(uses).toMatch(/^[\w-]+\/[\w-]+@(?:v\d+|[0-9a-f]{40})$/);
  for (const job of jobs) expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
});

test("every supported Node is tested on every system, the oldest one exactly", () => {
  const { matrix } = ci?.jobs["test"]?.strategy ?? { matrix: {} };
  expect(matrix["os"]).toEqual(["ubuntu-latest", "macos-latest", "windows-latest"]);
  const [oldest = "", ...newer] = matrix["node"] ?? [];
  expect(engines.node).toBe(`>=${oldest}`);
  expect(newer).toEqual(["22", "24"]);
  // What the matrix leaves out is a job of its own.
  expect(matrix["exclude"]).toEqual([{ os: "ubuntu-latest", node: oldest }]);
  const uses = ci?.jobs["everything"]?.steps.map((step) => step.uses);
  expect(uses).toContain("./.github/actions/everything");
  expect(steps.map((step) => step.with?.["node-version"])).toContain(oldest);
});

test("who tests may only read", () => {
  expect(ci?.permissions).toEqual({ contents: "read" });
  for (const job of Object.values(ci?.jobs ?? {})) expect(job.permissions).toBeUndefined();
  expect(JSON.stringify(ci)).not.toContain("secrets.");
  expect(Object.keys(ci?.on ?? {})).toEqual(["push", "pull_request"]);
});

test("only the job that publishes speaks for the project to npm, with provenance, after the tests", () => {
  const { version, test: tested, publish } = release?.jobs ?? {};
  expect(release?.on).toEqual({ push: { branches: ["main"] } });
  expect(release?.concurrency["cancel-in-progress"]).toBe(false);
  expect(release?.permissions).toEqual({ contents: "read" });
  expect(version?.permissions).toEqual({ contents: "write", "pull-requests": "write" });
  expect(tested).toMatchObject({ needs: "version" });
  expect(publish).toMatchObject({
    needs: "test",
    environment: "npm",
    permissions: { contents: "write", "id-token": "write" },
  });
  const publishing = publish?.steps.find((step) => step.with?.["publish"] !== undefined);
  expect(publishing).toMatchObject({
    with: { publish: "npm run release" },
    env: { NPM_CONFIG_PROVENANCE: "true" },
  });
  expect(scripts["release"]).toMatch(/&& changeset publish$/);
  expect(scripts["version"]).toBe("changeset version");
  const others = jobs.filter((job) => job !== publish);
  expect(JSON.stringify(others)).not.toMatch(/id-token|NPM_TOKEN|changeset publish/);
});
