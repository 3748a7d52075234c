import fs from "node:fs";
import { dirname, join } from "node:path";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { type Lease, registryPath } from "../../src/leases/index.ts";

/** What happens to a disk when the power goes is not asked here. */
export const QUICKLY = { durability: "none" } as const;

/** A root without a registry, removed when the test has ended. */
export function leaseRoot(): string {
  const root = temporaryFolder();
  fs.mkdirSync(dirname(registryPath(root)), { recursive: true });
  return root;
}

/** A root whose registry holds that. */
export function leaseRootWith(content: string | Uint8Array): string {
  const root = leaseRoot();
  fs.writeFileSync(registryPath(root), content);
  return root;
}

interface LeaseDocument {
  readonly leases: readonly Lease[];
  readonly epochs: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/** What the registry holds, as any reader of JSON has it. */
export function leaseDocument(root: string): LeaseDocument {
  return JSON.parse(fs.readFileSync(registryPath(root), "utf8"));
}

/** The paths of what was set aside of the registry. */
export function leaseAsides(root: string): string[] {
  const folder = dirname(registryPath(root));
  return fs
    .readdirSync(folder)
    .filter((name) => /^registry\.json\.broken-\d+$/.test(name))
    .map((name) => join(folder, name));
}

/** All files beside the registry, and it itself: another text after every write, however small. */
export function stateOfLeases(root: string): string {
  const folder = dirname(registryPath(root));
  const files = fs.readdirSync(folder).map((name) => {
    const { ino, size, mtimeNs, ctimeNs } = fs.lstatSync(join(folder, name), { bigint: true });
    return [name, ino, size, mtimeNs, ctimeNs].join(" ");
  });
  return files.toSorted().join("\n");
}

/** The code of the error that the call throws; what it gives when it throws none. */
export function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return Reflect.get(Object(error), "code") ?? `no code: ${String(error)}`;
  }
}
