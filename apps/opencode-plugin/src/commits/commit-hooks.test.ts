import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { git, gitRepository, runShell } from "../../test/support/git-repository.ts";
import {
  AGENT,
  inDatabase,
  MODEL,
  openTrackedSession,
  SESSION,
} from "../../test/support/tracked-session.ts";
import { identityOf } from "../sessions.ts";
import { createCommitHooks } from "./commit-hooks.ts";

const commit = (message: string): string => `git commit -q --allow-empty -m '${message}'`;

/** The shell tool of a session in that folder, as the client tells of it. */
function openShell(directory: string) {
  const tracked = openTrackedSession();
  const { record, sessions } = tracked;
  const { toolBefore, toolAfter } = createCommitHooks({ record, sessions, directory });
  let calls = 0;
  const run = async (
    command: string,
    { workdir = "", tool = "bash", sessionID = SESSION } = {},
  ) => {
    const args = { command, ...(workdir !== "" && { workdir }) };
    const call = { tool, sessionID, callID: `c${(calls += 1)}`, args };
    await toolBefore?.(call);
    const exit = runShell(workdir === "" ? directory : workdir, command);
    await toolAfter?.(call, { output: "", metadata: { output: "", exit } });
    return exit;
  };
  const count = async (): Promise<number> =>
    (await record.service.getAgentStatus(AGENT))?.total_commits ?? 0;
  /** All that were found, by project: `<subject> <hash>`. */
  const found = async (): Promise<Record<string, string[]>> => {
    await record.flush();
    if (!existsSync(tracked.path)) return {};
    const commits = await inDatabase(tracked.path, (database) => database.listCommits());
    const all: Record<string, string[]> = {};
    for (const { project_path, task_description, commit_hash } of commits) {
      (all[project_path] ??= []).push(`${task_description} ${commit_hash}`);
    }
    for (const list of Object.values(all)) list.sort();
    return all;
  };
  return { ...tracked, run, count, found, toolBefore, toolAfter };
}

/** `<subject> <hash>` of the commits of a range, as git itself has them. */
function inGit(root: string, ...range: readonly string[]): string[] {
  return git(root, "log", "--format=%s %H", ...range)
    .split("\n")
    .toSorted();
}

test("every commit of a call is found, with its hash and the first line of its message", async () => {
  const root = gitRepository();
  const { run, found, record } = openShell(root);
  await run(commit("the initial one"));
  await run(`${commit("two\n\nand its body")} && ${commit("three")}; exit 1`);
  await run(`git status; git -C . -c a.b=c commit --allow-empty --message four | cat`);
  expect(await found()).toEqual({ [root]: inGit(root, "HEAD") });
  expect(inGit(root, "HEAD")).toHaveLength(4);
  expect(await record.service.getAgentStatus(AGENT)).toMatchObject({
    total_commits: 4,
    experience_points: 20,
  });
});

test("what makes no new work is no commit: amending, rebasing, picking, failing, and being told of one", async () => {
  const root = gitRepository();
  git(root, "commit", "-q", "--allow-empty", "-m", "before");
  const { run, count } = openShell(root);
  await run(`echo a > a && git add a && ${commit("one")}`);
  expect(await count()).toBe(1);
  expect(await run("git commit -q --amend -m 'one again'")).toBe(0);
  expect(await run("git commit -q -m nothing")).not.toBe(0);
  expect(await run("echo git commit -m one")).toBe(0);
  const aside = "git checkout -q -b aside HEAD~1 && git commit -q --allow-empty -m 'aside'";
  await run(aside);
  expect(await count()).toBe(2);
  expect(await run("git rebase -q main; git commit -q -m nothing; true")).toBe(0);
  expect(await run("git cherry-pick --allow-empty main~1; git commit --dry-run; true")).toBe(0);
  expect(await count()).toBe(2);
});

test("a merge is a commit when it is concluded by one", async () => {
  const root = gitRepository();
  const { run, count, found } = openShell(root);
  await run(`echo a > a && git add a && ${commit("one")} && git checkout -q -b other`);
  await run("echo b > a && git commit -q -a -m other && git checkout -q main");
  await run("echo c > a && git commit -q -a -m main");
  expect(await count()).toBe(3);
  expect(await run("git merge -q other")).not.toBe(0);
  expect(await count()).toBe(3);
  expect(await run("echo d > a && git commit -q -a -m merged")).toBe(0);
  expect((await found())[root]).toEqual(inGit(root, "HEAD"));
});

test("commits are found in the repository that they are made in: `-C`, `cd`, the folder of the call", async () => {
  const [root, other] = [gitRepository(), gitRepository()];
  const { run, found } = openShell(root);
  await run(`git -C ${other} commit -q --allow-empty -m one`);
  await run(`mkdir -p sub && cd sub && ${commit("two")}; cd '${other}' && ${commit("three")}`);
  await run(commit("four"), { workdir: other });
  expect(await found()).toEqual({ [root]: inGit(root, "HEAD"), [other]: inGit(other, "HEAD") });
});

test("a linked worktree is a project of its own", async () => {
  const root = gitRepository();
  const { run, found } = openShell(root);
  const linked = join(dirname(root), "linked");
  await run(`${commit("one")} && git worktree add -q ../linked`);
  await run(`cd ../linked && ${commit("two")}`);
  const { [root]: here, [linked]: there } = await found();
  expect(here).toEqual(inGit(root, "main"));
  expect(there).toEqual(inGit(linked, "main..linked"));
});

test("a repository that is made by the call, also inside of another one, has its commits found", async () => {
  const root = gitRepository();
  const { run, found } = openShell(root);
  await run(commit("outer"));
  await run(`git init -q inner && cd inner && ${commit("inner one")} && ${commit("inner two")}`);
  const inner = realpathSync(join(root, "inner"));
  expect(await found()).toEqual({ [root]: inGit(root, "HEAD"), [inner]: inGit(inner, "HEAD") });
});

test("without a log of `HEAD` none is found, and nothing fails", async () => {
  const root = gitRepository();
  git(root, "config", "core.logAllRefUpdates", "false");
  const { run, count } = openShell(root);
  expect(await run(commit("one"))).toBe(0);
  expect(await run(`cd /nowhere/at-all && ${commit("two")}`)).not.toBe(0);
  expect(await count()).toBe(0);
});

test("commits of a session that nobody is known to work in, or of another tool, are nobody's", async () => {
  const root = gitRepository();
  const { run, count } = openShell(root);
  await run(commit("one"), { sessionID: "ses_unknown1" });
  await run(commit("two"), { tool: "other" });
  expect(await count()).toBe(0);
  await run(commit("three"));
  expect(await count()).toBe(1);
});

test("a push that succeeds brings the record up to date, one that fails or was not made does not", async () => {
  const [root, remote] = [gitRepository(), join(gitRepository(), "remote.git")];
  git(root, "init", "-q", "--bare", remote);
  git(root, "remote", "add", "origin", remote);
  const { run, path } = openShell(root);
  await run(commit("one"));
  expect(await run("git push -q elsewhere main")).not.toBe(0);
  expect(await run("git fetch -q origin; echo git push")).toBe(0);
  expect(existsSync(`${path}.agents.json`)).toBe(false);
  expect(await run("git push -q origin main")).toBe(0);
  expect(existsSync(`${path}.agents.json`)).toBe(true);
  expect(await inDatabase(path, (database) => database.listCommits())).toHaveLength(1);
});

test("of calls that never end, some are remembered, and the latest is found", async () => {
  const root = gitRepository();
  const { run, count, toolBefore, toolAfter } = openShell(root);
  const args = { command: commit("one") };
  const begin = async (callID: string): Promise<void> =>
    toolBefore?.({ tool: "bash", sessionID: SESSION, callID, args });
  for (let index = 0; index <= 100; index += 1) await begin(`lost ${index}`);
  await run(commit("two"));
  expect(await count()).toBe(1);
  const end = async (callID: string): Promise<void> =>
    toolAfter?.({ tool: "bash", sessionID: SESSION, callID, args }, { metadata: { exit: 0 } });
  await end("lost 0");
  await end("lost 100");
  expect(await count()).toBe(1);
});

test("what others commit in the same repository meanwhile is not its own, where the message tells", async () => {
  const root = gitRepository();
  const { run, found, sessions } = openShell(root);
  runShell(root, commit("the initial one"));
  // Somebody else does so before, behind and instead of the call's own commit.
  await run(`sh -c "git commit -q --allow-empty -m theirs"; ${commit("mine")}`);
  runShell(root, commit("between"));
  await run(`sh other.sh; git commit -q -m nothing`);
  const subjects = Object.values(await found()).flat();
  expect(subjects.map((line) => line.slice(0, -41)).toSorted()).toEqual(["mine", "theirs"]);
  expect(sessions.find(SESSION)?.lastCommit).toMatchObject({ subject: "mine", project: root });
});

test("two calls at once in one repository each find their own", async () => {
  const root = gitRepository();
  const { toolBefore, toolAfter, found, sessions } = openShell(root);
  const other = "ses_77d1a2b3c4d5AbCdEfGhIjKlMn";
  sessions.hearOf(other).identity = identityOf("plan", MODEL);
  const callOf = (sessionID: string, message: string) => {
    return { tool: "bash", sessionID, callID: message, args: { command: commit(message) } };
  };
  const calls = [callOf(SESSION, "of build"), callOf(other, "of plan")];
  for (const call of calls) await toolBefore?.(call);
  for (const { args } of calls) runShell(root, args.command);
  for (const call of calls.toReversed()) await toolAfter?.(call, { metadata: { exit: 0 } });
  await found();
  expect(sessions.find(SESSION)?.lastCommit?.subject).toBe("of build");
  expect(sessions.find(other)?.lastCommit?.subject).toBe("of plan");
});

test("where the message is in a file or comes from a command, what git has printed tells", async () => {
  const root = gitRepository();
  const { toolBefore, toolAfter, found } = openShell(root);
  runShell(root, commit("the initial one"));
  const args = { command: "git commit --allow-empty -F message.txt" };
  const call = { tool: "bash", sessionID: SESSION, callID: "c", args };
  await toolBefore?.(call);
  runShell(root, `${commit("mine")}; ${commit("theirs")}`);
  const mine = git(root, "rev-parse", "HEAD~1");
  await toolAfter?.(call, { output: `[main ${mine.slice(0, 7)}] mine\n`, metadata: { exit: 0 } });
  expect(await found()).toEqual({ [root]: [`mine ${mine}`] });
});
