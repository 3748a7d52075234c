import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { type FileCalls, runSync, syncFileCalls } from "../src/file-calls.ts";
import { recoverFile, type Recovery } from "../src/recovery/recover-file.ts";
import { replaceFile } from "../src/replace-file.ts";
import { bury, leaveOrphan } from "./orphan.ts";

type Event = Change | { readonly kind: "recovery" };

type Change =
  /** A write that its process did not live to see the end of: it dies before that call. */
  | { readonly kind: "write"; readonly diesBefore: number | undefined }
  | { readonly kind: "other writer"; readonly name: string; readonly isWhole: boolean }
  | { readonly kind: "living writer" }
  | { readonly kind: "damage" | "removal" };

/** Events in order; `elapsed` may be nothing, or back in time. */
type History = readonly { readonly event: Event; readonly elapsed: number }[];

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    diesBefore: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant("other writer" as const),
    name: fc.constantFrom("tmp", "tmp.99999999", "99999998.tmp", `tmp.${process.pid}`),
    isWhole: fc.boolean(),
  }),
  fc.constant({ kind: "living writer" as const }),
  fc.record({ kind: fc.constantFrom("damage" as const, "removal", "recovery", "recovery") }),
);
const history: fc.Arbitrary<History> = fc.array(
  fc.record({ event, elapsed: fc.integer({ min: -1, max: 3 }) }),
  { maxLength: 14 },
);

class Killed extends Error {}

/** The calls of a process that dies before its n-th one: it makes none any more. */
function dyingBefore(number: number): FileCalls {
  let count = 0;
  const opened: number[] = [];
  return new Proxy(syncFileCalls, {
    get: (calls, name: keyof FileCalls) => {
      const call = calls[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]): unknown => {
        count += 1;
        if (count >= number) {
          // The system closes what a dead process had open.
          for (const descriptor of opened.splice(0)) syncFileCalls.close(descriptor);
          throw new Killed();
        }
        // Half of what there is to write: the next call is another one.
        if (name === "write") args[3] = Math.ceil(Number(args[3]) / 2);
        const result = call(...args);
        if (name === "open") opened.push(Number(result));
        if (name === "close") opened.splice(opened.indexOf(Number(args[0])), 1);
        return result;
      };
    },
  });
}

/** A temporary file as this test knows it, whatever its name says. */
interface Known {
  readonly isWhole: boolean;
  readonly isDead: boolean;
  readonly seconds: number;
}

/** The folder, and what this test knows of it. */
class World {
  readonly file: string;
  readonly known = new Map<string, Known>();
  seconds = 1_000_000;
  versions = 0;

  constructor(name: string) {
    this.file = join(temporaryFolder(), name);
  }

  /** Valid as JSON and as text, of some length; no two are the same. */
  content(): string {
    this.versions += 1;
    return `${JSON.stringify({ version: this.versions, text: "x".repeat(40) })}\n`;
  }

  write(diesBefore: number | undefined): void {
    const content = this.content();
    const files = diesBefore === undefined ? syncFileCalls : dyingBefore(diesBefore);
    const before = new Set(readdirSync(dirname(this.file)));
    const options = { durability: "full", mode: undefined } as const;
    try {
      runSync(replaceFile(files, this.file, Buffer.from(content), options), files);
    } catch (error) {
      if (diesBefore === undefined) throw error;
    }
    for (const name of readdirSync(dirname(this.file))) {
      const path = join(dirname(this.file), name);
      if (path === this.file) this.touch(path, readFileSync(path, "utf8") === content);
      else if (!before.has(name)) this.learn(bury(path), content, true);
    }
  }

  learn(path: string, intended: string, isDead: boolean): void {
    this.touch(path, true);
    const isWhole = readFileSync(path, "utf8") === intended;
    this.known.set(path, { isWhole, isDead, seconds: this.seconds });
  }

  touch(path: string, isFresh: boolean): void {
    if (isFresh) utimesSync(path, this.seconds, this.seconds);
  }

  make(happening: Change): void {
    switch (happening.kind) {
      case "write":
        this.write(happening.diesBefore);
        break;
      case "other writer": {
        const path = `${this.file}.${happening.name}`;
        // It would write over its own: what it held before is its loss.
        if (existsSync(path)) break;
        const content = this.content();
        // Of a text, half cannot be told from the whole where the name says nothing.
        const isHalf = !happening.isWhole && this.file.endsWith(".json");
        writeFileSync(path, isHalf ? content.slice(0, 9) : content);
        this.learn(path, content, /\d{8}/.test(happening.name));
        break;
      }
      case "living writer": {
        const intended = this.content();
        this.learn(leaveOrphan(this.file, { intended, writer: "alive" }), intended, false);
        break;
      }
      case "damage":
        // Both as JSON and as text.
        writeFileSync(this.file, "\0\0");
        this.touch(this.file, true);
        break;
      case "removal":
        rmSync(this.file, { force: true });
        break;
    }
  }

  /** All contents that there are, by path. */
  contents(): Map<string, string> {
    const names = readdirSync(dirname(this.file));
    const paths = names.map((name) => join(dirname(this.file), name));
    return new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
  }

  /** What must take the place of the file by all that this test knows. */
  best(since: number): string | undefined {
    const fit = [...this.known].filter(
      ([, { isWhole, isDead, seconds }]) => isWhole && isDead && seconds > since,
    );
    const latest = Math.max(...fit.map(([, { seconds }]) => seconds));
    return fit
      .filter(([, { seconds }]) => seconds === latest)
      .map(([path]) => path)
      .toSorted((one, other) => basename(one).localeCompare(basename(other)))[0];
  }
}

type Recover = (path: string) => Promise<Recovery>;

/** Checks one recovery by all that the world knows, and gives its outcome. */
async function recoverAndCheck(world: World, recover: Recover): Promise<Recovery["outcome"]> {
  const { file, known } = world;
  const before = world.contents();
  const content = before.get(file);
  const isValid = content !== undefined && !content.startsWith("\0");
  // Behind the file, or what was set aside of one that is missing, it may not go back.
  const asides = [...before.keys()].filter((path) => /\.(?:json|md)\.broken-\d+$/.test(path));
  const seconds = Math.max(...(content === undefined ? asides : [file]).map(mtimeOf));
  const recovery = await recover(file);
  const after = world.contents();
  // Nothing is deleted: the same contents, by whatever names. (The same damage is kept once.)
  expect(new Set(after.values())).toEqual(new Set(before.values()));
  for (const [path, { isDead }] of known) {
    if (!isDead) expect(after.get(path)).toBe(before.get(path));
  }
  if (isValid) {
    expect(recovery.outcome).toBe("intact");
    expect(after.get(file)).toBe(content);
  }
  const best = world.best(seconds);
  if (best === undefined && !isValid) {
    expect(recovery.outcome).toBe("unrecoverable");
    expect(after.get(file)).toBe(content);
  }
  if (best !== undefined && !isValid) {
    expect(recovery).toMatchObject({ outcome: "recovered", from: best });
    expect(after.get(file)).toBe(before.get(best));
  }
  for (const [path, { isDead }] of known) {
    if (isDead) expect(after.has(path)).toBe(false);
    if (isDead) known.delete(path);
  }
  return recovery.outcome;
}

function mtimeOf(path: string): number {
  return statSync(path).mtimeMs / 1000;
}

/** Gives the outcome of the last recovery. */
async function live(name: string, events: History, recover: Recover): Promise<Recovery["outcome"]> {
  const world = new World(name);
  for (const { event: happening, elapsed } of events) {
    world.seconds += elapsed;
    if (happening.kind === "recovery") await recoverAndCheck(world, recover);
    else world.make(happening);
  }
  const outcome = await recoverAndCheck(world, recover);
  rmSync(dirname(world.file), { recursive: true });
  return outcome;
}

const runs = { numRuns: isLongTier ? 20_000 : 200 };
const NAMES = ["state.json", "STATE.md"];

/** The known-bad double: the newest temporary file takes the place of the file, and the others go. */
async function recoverCarelessly(path: string): Promise<Recovery> {
  const folder = dirname(path);
  const temporary = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.tmp.`))
    .map((name) => join(folder, name))
    .toSorted((one, other) => mtimeOf(other) - mtimeOf(one));
  const [from, ...others] = temporary;
  if (from === undefined) return { outcome: "unrecoverable", state: "missing", archived: [] };
  renameSync(from, path);
  for (const other of others) unlinkSync(other);
  return { outcome: "recovered", from, aside: undefined, archived: [] };
}

test("the histories find what a careless recovery does wrong", async () => {
  const careless = fc.asyncProperty(history, async (events) => {
    await live("state.json", events, recoverCarelessly);
  });
  expect((await fc.check(careless, runs)).failed).toBe(true);
});

test.each(NAMES)(
  "over random histories of writes and kills, the recovery of %s never goes backwards, and nothing is lost",
  async (name) => {
    const outcomes: Recovery["outcome"][] = [];
    const recovers = fc.asyncProperty(history, async (events) => {
      outcomes.push(await live(name, events, recoverFile));
    });
    await fc.assert(recovers, runs);
    for (const outcome of ["intact", "recovered", "unrecoverable"]) {
      const share = outcomes.filter((one) => one === outcome).length / outcomes.length;
      expect(share).toBeGreaterThan(0.05);
    }
  },
  600_000,
);
