import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { installedByReadme } from "../../test/readme-examples.ts";
import { runBounded } from "./run-bounded.ts";

/** A package that was published, and the folder of its sources (relative to the root). */
export interface Published {
  readonly name: string;
  readonly folder: string;
  readonly tarball: string;
}

/** Where consumers get their packages from, and a home of their own. */
export interface Outside {
  /** Holds everything; it is no part of the workspace. */
  readonly folder: string;
  /** The text of an `.npmrc` that leads to the packages of the workspace as they were packed. */
  readonly configuration: string;
}

/** A project that has installed one package by npm, and then what its README says that its examples need. */
export interface ConsumerProject {
  readonly folder: string;
  /** The names behind `exports`, as they are imported: `@x/planning/phases`. */
  readonly entries: readonly string[];
  /** All but those that are programs of their own: `sideEffects` of the manifest names their files. */
  readonly modules: readonly string[];
  /** Those of which `sideEffects` says that importing them does nothing. */
  readonly silentModules: readonly string[];
  /** How many packages npm has installed for that one, itself included, and the bytes of all their files. */
  readonly installed: { readonly packages: number; readonly bytes: number };
  readonly env: NodeJS.ProcessEnv;
}

type Target = string | { readonly default: string };

interface InstalledManifest {
  readonly exports: Readonly<Record<string, Target>>;
  readonly sideEffects?: boolean | readonly string[];
}

export async function installAlone(
  { name, folder }: Published,
  outside: Outside,
): Promise<ConsumerProject> {
  const project = join(outside.folder, "projects", name.slice(name.indexOf("/") + 1));
  mkdirSync(project, { recursive: true });
  const env = environmentIn(outside.folder);
  writeFileSync(join(project, ".npmrc"), outside.configuration);
  const manifestOfProject = JSON.stringify({ private: true, type: "module" });
  writeFileSync(join(project, "package.json"), manifestOfProject);
  await npmInstall({ folder: project, env }, [name]);
  const installed = installedIn(join(project, "node_modules"));
  const others = installedByReadme(folder).filter((word) => word !== "--global" && word !== name);
  if (others.length > 0) await npmInstall({ folder: project, env }, others);

  const { exports, sideEffects = true } = manifestOf(join(project, "node_modules", name));
  const entries = Object.entries(exports).filter(([entry]) => entry !== "./package.json");
  const modules = entries.filter(([, target]) => !isListed(sideEffects, target));
  const namesOf = (some: typeof entries) => some.map(([entry]) => name + entry.slice(1));
  return {
    folder: project,
    env,
    entries: namesOf(entries),
    modules: namesOf(modules),
    silentModules: sideEffects === true ? [] : namesOf(modules),
    installed,
  };
}

/** `npm install` with these words. */
export async function npmInstall(
  { folder, env }: Pick<ConsumerProject, "folder" | "env">,
  words: readonly string[],
): Promise<void> {
  const quietly = ["--no-audit", "--no-fund", "--loglevel=error"];
  await runBounded("npm", ["install", ...quietly, ...words], { cwd: folder, env });
}

/** The environment of this process, but a home (in every platform's words) and a cache of npm's in that folder. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const cache = join(home, "npm-cache");
  return { ...process.env, HOME: home, USERPROFILE: home, npm_config_cache: cache };
}

function manifestOf(folder: string): InstalledManifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function isListed(sideEffects: boolean | readonly string[], target: Target): boolean {
  const file = typeof target === "string" ? target : target.default;
  return typeof sideEffects !== "boolean" && sideEffects.includes(file);
}

function installedIn(folder: string): ConsumerProject["installed"] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && file.name !== ".package-lock.json",
  );
  const lock: { packages: object } = JSON.parse(
    readFileSync(join(folder, ".package-lock.json"), "utf8"),
  );
  // The lock also names optional packages, built for other platforms, that were not installed.
  const packages = Object.keys(lock.packages).filter((path) =>
    existsSync(join(folder, "..", path, "package.json")),
  );
  const sizes = files.map((file) => statSync(join(file.parentPath, file.name)).size);
  return { packages: packages.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
