import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { packageFolders, root } from "../../scripts/workspace.mjs";
import { type Ending, endOf } from "../run-typescript.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Far more than the slowest of them takes on a busy machine. */
const LONGEST_RUN_MILLISECONDS = 100_000;
const ROOT_FILES = [
  "package.json",
  "pnpm-workspace.yaml",
  "pnpm-lock.yaml",
  ".npmrc",
  ".pnpmfile.cjs",
  "LICENSE",
];
/** What no release looks at. */
const LEFT_OUT = new Set(["node_modules", "src", "test", "bench", ".turbo"]);
/** What the tools need of the system; nothing that tells them of a registry, a token or a user's configuration. */
const INHERITED = ["PATH", "SystemRoot", "ComSpec", "PATHEXT", "TEMP", "TMP", "TMPDIR"];

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** What a changeset says. */
interface Changeset {
  readonly releases: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A repository of its own, in a temporary folder, on which a release is rehearsed. */
export interface RepositoryCopy {
  readonly folder: string;
  /** The environment in which the tools run here. */
  readonly env: NodeJS.ProcessEnv;
  /** Those of all packages, by their folder (`packages/atomic-fs`). */
  readonly manifests: () => Map<string, Manifest>;
  readonly versions: () => Record<string, string>;
  /** The changesets that wait. */
  readonly changesets: () => Changeset[];
  readonly writeChangeset: (name: string, changeset: Changeset) => void;
  /** What the CHANGELOG of that package says of its version; empty where it has no entry of that. */
  readonly entry: (name: string, version: string) => string;
  /** Runs the real command of changesets. */
  readonly changeset: (...args: string[]) => Promise<Ending>;
  readonly pnpm: (...args: string[]) => Promise<Ending>;
  /** Fails when git does. */
  readonly git: (...args: string[]) => Promise<string>;
  readonly commit: () => Promise<void>;
}

/**
 * A copy of what a release is made of, committed on `main`: the manifests, the changesets, the configuration, the
 * lock file, and `dist`, where it is asked for.
 */
export async function copyRepository({ withDist = false } = {}): Promise<RepositoryCopy> {
  const folder = temporaryFolder();
  const home = temporaryFolder();
  const env = { ...environment(), HOME: home, USERPROFILE: home };
  for (const name of ROOT_FILES) cpSync(join(root, name), join(folder, name));
  cpSync(join(root, ".changeset"), join(folder, ".changeset"), { recursive: true });
  for (const name of packageFolders()) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => {
        const entry = basename(path);
        if (dirname(path) !== join(root, name)) return true;
        return !LEFT_OUT.has(entry) && (entry === "dist" ? withDist : !entry.startsWith(".dist-"));
      },
    });
  }
  writeFileSync(join(folder, ".gitignore"), "node_modules/\ndist/\n");
  const copy = openCopy(folder, env);
  linkDependencies(copy);
  await copy.git("init", "--quiet", "--initial-branch=main");
  await copy.commit();
  return copy;
}

function environment(): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const person = { NAME: "A", EMAIL: "a@example.org" };
  const persons = ["AUTHOR", "COMMITTER"].flatMap((role) =>
    Object.entries(person).map(([name, value]) => [`GIT_${role}_${name}`, value] as const),
  );
  return { ...Object.fromEntries([...inherited, ...persons]), GIT_CONFIG_NOSYSTEM: "1" };
}

function openCopy(folder: string, env: NodeJS.ProcessEnv): RepositoryCopy {
  const run = (command: string, args: readonly string[]): Promise<Ending> =>
    endOf(spawn(command, args, { cwd: folder, env, timeout: LONGEST_RUN_MILLISECONDS }));
  const tool = (path: string, args: readonly string[]): Promise<Ending> =>
    run(process.execPath, [join(root, "node_modules", path), ...args]);
  const text = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");
  const git = async (...args: string[]): Promise<string> => {
    const ending = await run("git", args);
    if (ending.code !== 0) throw new Error(`git ${args.join(" ")}: ${ending.stderr}`);
    return ending.stdout;
  };
  const manifests = (): Map<string, Manifest> =>
    new Map(packageFolders().map((name) => [name, parseManifest(text(name, "package.json"))]));
  const entry = (of: string, version: string): string => {
    const [place = ""] = [...manifests()].find(([, { name }]) => name === of) ?? [];
    if (!existsSync(join(folder, place, "CHANGELOG.md"))) return "";
    const [title, ...entries] = text(place, "CHANGELOG.md").split(/^(?=## )/m);
    if (title?.trim() !== `# ${of}`) throw new Error(`the CHANGELOG of ${of} begins with ${title}`);
    return entries.find((one) => one.startsWith(`## ${version}\n`)) ?? "";
  };
  return {
    folder,
    env,
    manifests,
    versions: () =>
      Object.fromEntries([...manifests().values()].map(({ name, version }) => [name, version])),
    changesets: () => {
      const files = readdirSync(join(folder, ".changeset")).filter((name) => name.endsWith(".md"));
      return files.map((name) => parseChangeset(text(".changeset", name)));
    },
    writeChangeset: (name, { releases, summary }) => {
      const named = Object.entries(releases).map(([of, type]) => `"${of}": ${type}\n`);
      const path = join(folder, ".changeset", `${name}.md`);
      writeFileSync(path, `---\n${named.join("")}---\n\n${summary}\n`);
    },
    entry,
    changeset: (...args) => tool("@changesets/cli/bin.js", args),
    pnpm: (...args) => tool("pnpm/bin/pnpm.cjs", args),
    git,
    commit: async () => {
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "--message", "As it stands");
    },
  };
}

function parseManifest(text: string): Manifest {
  return JSON.parse(text);
}

function parseChangeset(text: string): Changeset {
  const [, front = "", summary = ""] = /^---\n(.*?)---\n(.*)$/s.exec(text) ?? [];
  const releases = [...front.matchAll(/^"([^"]+)": (\w+)$/gm)];
  return {
    releases: Object.fromEntries(releases.map(([, name = "", type = ""]) => [name, type])),
    summary: summary.trim(),
  };
}

/** As an installation would: pnpm reads there which version `workspace:^` stands for. */
function linkDependencies({ folder, manifests }: RepositoryCopy): void {
  const places = new Map([...manifests()].map(([place, { name }]) => [name, place]));
  for (const [place, { dependencies = {} }] of manifests()) {
    for (const name of Object.keys(dependencies)) {
      const target = places.get(name);
      if (target === undefined) continue;
      const link = join(folder, place, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(folder, target), link, "junction");
    }
  }
}

/** The same as after the release of all that waits, but for the CHANGELOGs: nothing waits, and nothing is unreleased. */
export async function releaseAll(copy: RepositoryCopy): Promise<void> {
  for (const name of readdirSync(join(copy.folder, ".changeset"))) {
    if (name.endsWith(".md")) rmSync(join(copy.folder, ".changeset", name));
  }
  for (const [place, manifest] of copy.manifests()) {
    const version = manifest.version === "0.0.0" ? "0.1.0" : manifest.version;
    const path = join(copy.folder, place, "package.json");
    writeFileSync(path, `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  }
  await copy.commit();
}

/** The version that a release of that type makes of another. */
export function nextVersion(version: string, type: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (type === "major") return `${major + 1}.0.0`;
  return type === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** Those that depend on that package, directly or through others, each with what it depends on of these. */
export function dependentsOf(
  name: string,
  manifests: ReadonlyMap<string, Manifest>,
): Map<string, string[]> {
  const reached = new Map<string, string[]>([[name, []]]);
  // An entry that is added while the map is walked is walked, too.
  for (const [dependency] of reached) {
    for (const { name: other, dependencies = {} } of manifests.values()) {
      if (dependencies[dependency] === undefined) continue;
      reached.set(other, [...(reached.get(other) ?? []), dependency]);
    }
  }
  reached.delete(name);
  return reached;
}
