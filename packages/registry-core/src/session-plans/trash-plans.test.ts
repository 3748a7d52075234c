import { EventEmitter, once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { oldRegister } from "../../test/support/old-tool.ts";
import { projectWith, registryPath } from "../../test/support/plan-project.ts";
import { listPlans, listTrash, registerPlan, trashPlans } from "./index.ts";

const now = (): Date => new Date("2026-11-22T02:15:00.123Z");
const ID = "20261122T021500123Z";

function trashIn(dir: string, id = ID): string {
  return join(dir, ".ai/.trash", id);
}

function namesIn(folder: string): string[] {
  return readdirSync(folder).toSorted();
}

test("plans and their registry go to the trash, and what else is there stays", async () => {
  const dir = projectWith("login", "search");
  await registerPlan(dir, "ses_66d1", "login");
  const registry = readFileSync(registryPath(dir), "utf8");
  writeFileSync(join(dir, ".ai/notes.md"), "mine");
  mkdirSync(join(dir, ".ai/plan-folder.md"));
  const trashed = await trashPlans(dir, { now });
  expect(trashed).toEqual({
    id: ID,
    trashedAt: "2026-11-22T02:15:00.123Z",
    plans: ["login", "search"],
    hasRegistry: true,
  });
  expect(namesIn(join(dir, ".ai"))).toEqual([".trash", "notes.md", "plan-folder.md"]);
  expect(namesIn(trashIn(dir))).toEqual([".session-plans.json", "plan-login.md", "plan-search.md"]);
  expect(readFileSync(join(trashIn(dir), ".session-plans.json"), "utf8")).toBe(registry);
  expect(readFileSync(join(dir, ".ai/.trash/.gitignore"), "utf8")).toBe("*\n");
  expect(await listPlans(dir)).toEqual([]);
  expect(await listTrash(dir)).toEqual([trashed]);
});

test.each([
  ["a project without .ai", () => temporaryFolder()],
  ["a folder without plans", () => projectWith()],
])("of %s nothing is moved, and nothing is created", async (_, project) => {
  const dir = project();
  const before = readdirSync(dir, { recursive: true });
  expect(await trashPlans(dir)).toBeNull();
  expect(await listTrash(dir)).toEqual([]);
  expect(readdirSync(dir, { recursive: true })).toEqual(before);
});

test("a damaged registry goes there as it is, alone too", async () => {
  const dir = projectWith();
  writeFileSync(registryPath(dir), "{ torn");
  expect(await trashPlans(dir, { now })).toMatchObject({ plans: [], hasRegistry: true });
  expect(readFileSync(join(trashIn(dir), ".session-plans.json"), "utf8")).toBe("{ torn");
  expect(namesIn(join(dir, ".ai"))).toEqual([".trash"]);
});

test("a link is moved as a link, and what it leads to stays", async () => {
  const dir = projectWith();
  const home = temporaryFolder();
  writeFileSync(join(dir, ".ai/notes.md"), "mine");
  writeFileSync(join(home, "registry.json"), "{}");
  symlinkSync("notes.md", join(dir, ".ai/plan-linked.md"));
  symlinkSync(join(home, "registry.json"), registryPath(dir));
  expect(await trashPlans(dir, { now })).toMatchObject({ plans: ["linked"], hasRegistry: true });
  expect(readlinkSync(join(trashIn(dir), "plan-linked.md"))).toBe("notes.md");
  expect(namesIn(join(dir, ".ai"))).toEqual([".trash", "notes.md"]);
  expect(namesIn(home)).toEqual(["registry.json"]);
});

test("each cleaning has a time of its own, and the trash is told from the oldest", async () => {
  const dir = projectWith();
  const ids: (string | undefined)[] = [];
  for (const name of ["a", "b", "c"]) {
    writeFileSync(join(dir, `.ai/plan-${name}.md`), "");
    ids.push((await trashPlans(dir, { now }))?.id);
  }
  expect(ids).toEqual([ID, "20261122T021500124Z", "20261122T021500125Z"]);
  expect((await listTrash(dir)).map(({ id, plans }) => [id, ...plans])).toEqual([
    [ID, "a"],
    ["20261122T021500124Z", "b"],
    ["20261122T021500125Z", "c"],
  ]);
});

test("of the trash only folders of a cleaning are told, in which something is left", async () => {
  const dir = projectWith("a");
  await trashPlans(dir, { now });
  const trash = join(dir, ".ai/.trash");
  mkdirSync(join(trash, "20261122T021500999Z"));
  mkdirSync(join(trash, "mine"));
  writeFileSync(join(trash, "mine/plan-b.md"), "");
  symlinkSync(ID, join(trash, "20261122T021500998Z"));
  writeFileSync(join(trash, "20261122T021500997Z"), "");
  expect((await listTrash(dir)).map(({ id }) => id)).toEqual([ID]);
});

test.each([
  [".ai", "out of the project"],
  [".ai/.trash", "out of the project"],
  [".ai", "to nothing"],
  [".ai/.trash", "to nothing"],
])("where %s is a link that leads %s, nothing is moved", async (link, where) => {
  const dir = projectWith("a");
  const home = temporaryFolder();
  const target = join(home, where === "to nothing" ? "gone" : "ai");
  if (link === ".ai") {
    if (where === "to nothing") rmSync(join(dir, ".ai"), { recursive: true });
    else renameSync(join(dir, ".ai"), target);
  } else if (where !== "to nothing") mkdirSync(target);
  symlinkSync(target, join(dir, link));
  const before = [...readdirSync(home, { recursive: true }), ...namesIn(dir)];
  const refused = { code: "REGISTRY_UNREADABLE", path: join(dir, link) };
  await expect(trashPlans(dir)).rejects.toMatchObject(refused);
  await expect(listTrash(dir)).rejects.toMatchObject(refused);
  expect([...readdirSync(home, { recursive: true }), ...namesIn(dir)]).toEqual(before);
});

test("a trash that is no folder is refused, and the plans stay", async () => {
  const dir = projectWith("a");
  writeFileSync(join(dir, ".ai/.trash"), "mine");
  await expect(trashPlans(dir)).rejects.toMatchObject({ code: "ATOMIC_FS_NOT_DIRECTORY" });
  await expect(listTrash(dir)).rejects.toMatchObject({ code: "REGISTRY_UNREADABLE" });
  expect(existsSync(join(dir, ".ai/plan-a.md"))).toBe(true);
});

test("while somebody holds the registry, nothing is moved", async () => {
  const dir = projectWith("a");
  const released = new EventEmitter();
  const held = withFileLock(registryPath(dir), () => once(released, "now"));
  const locked = { code: "ATOMIC_FS_LOCKED" };
  await expect(trashPlans(dir, { timeoutMilliseconds: 1 })).rejects.toMatchObject(locked);
  released.emit("now");
  await held;
  expect(namesIn(join(dir, ".ai"))).toEqual(["plan-a.md"]);
});

test("a trash that leads out of the project by the time the registry is free is refused", async () => {
  const dir = projectWith("a");
  const outside = temporaryFolder();
  const section = new EventEmitter();
  const entered = once(section, "entered");
  const held = withFileLock(registryPath(dir), () => {
    section.emit("entered");
    return once(section, "released");
  });
  await entered;
  const trashing = trashPlans(dir, { now });
  symlinkSync(outside, join(dir, ".ai/.trash"));
  section.emit("released");
  await expect(trashing).rejects.toMatchObject({ code: "REGISTRY_UNREADABLE" });
  await held;
  expect(namesIn(outside)).toEqual([]);
  expect(namesIn(join(dir, ".ai"))).toEqual([".trash", "plan-a.md"]);
});

test("sessions that an older tool has dropped go to the trash too", async () => {
  const dir = projectWith("mine", "other");
  await registerPlan(dir, "ses_66d1", "mine");
  oldRegister(dir, "ses_66d2", "other");
  const codes: string[] = [];
  await listPlans(dir);
  await trashPlans(dir, { now, onWarning: ({ code }) => void codes.push(code) });
  expect(codes).toEqual(["REGISTRY_SESSIONS_DROPPED"]);
  const registry = readFileSync(join(trashIn(dir), ".session-plans.json"), "utf8");
  expect(JSON.parse(registry)).toMatchObject({ ses_66d: { sessions: { ses_66d1: {} } } });
});
