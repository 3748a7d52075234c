import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import { expect, onTestFinished, test, vi } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { closeLease, grantLease } from "./change-lease.ts";
import { registryPath } from "./lease-registry.ts";
import { peekLease } from "./read-leases.ts";
import { runFenced } from "./run-fenced.ts";

const waiting = vi.hoisted(() => ({ meanwhile: (): void => {} }));

vi.mock(import("@x/atomic-fs"), async (importOriginal) => {
  const original = await importOriginal();
  const withFileLockSync: typeof original.withFileLockSync = (...given) => {
    waiting.meanwhile();
    return original.withFileLockSync(...given);
  };
  return { ...original, withFileLockSync };
});

test("a section runs under the lease of its epoch, and not under that of a successor", () => {
  const root = temporaryFolder();
  const { epoch } = grantLease(root, { phase_id: "1" });
  expect(runFenced(root, 1, { epoch }, () => "written")).toBe("written");
  closeLease(root, "1");
  expect(() => runFenced(root, 1, { epoch }, unexpected)).toThrow(
    expect.objectContaining({ code: "LEASE_NOT_OPEN" }),
  );
  grantLease(root, { phase_id: "1" });
  expect(() => runFenced(root, 1, { epoch }, unexpected)).toThrow(
    expect.objectContaining({ code: "LEASE_FENCED" }),
  );
});

test("a lease that is lost while the lock is waited for is looked at again", () => {
  const root = temporaryFolder();
  const { epoch } = grantLease(root, { phase_id: "1" });
  onTestFinished(() => void (waiting.meanwhile = () => {}));
  waiting.meanwhile = () => {
    closeLease(root, "1");
    grantLease(root, { phase_id: "1" });
  };
  expect(() => runFenced(root, 1, { epoch }, unexpected)).toThrow(
    expect.objectContaining({ code: "LEASE_FENCED" }),
  );
});

test("meanwhile the lease cannot be taken away, and what the section throws comes out", () => {
  const root = temporaryFolder();
  const { epoch } = grantLease(root, { phase_id: "1" });
  const section = (): never => {
    expect(() => closeLease(root, "1")).toThrow(
      expect.objectContaining({ code: "ATOMIC_FS_LOCKED" }),
    );
    throw new Error("mine");
  };
  expect(() => runFenced(root, 1, { epoch }, section)).toThrow("mine");
  expect(closeLease(root, "1", { epoch }).lease_state).toBe("closed");
});

test("a section that gives a promise is refused by its type, and by an error that says what to do instead", () => {
  const root = temporaryFolder();
  const { epoch } = grantLease(root, { phase_id: "1" });
  expect(() =>
    // @ts-expect-error: a promise
    runFenced(root, 1, { epoch }, async () => {
      await Promise.resolve();
      throw new Error("nobody hears of it");
    }),
  ).toThrow(expect.objectContaining({ message: expect.stringContaining("writeFileAtomicSync") }));
  expect(closeLease(root, "1", { epoch }).lease_state).toBe("closed");
});

test("without a registry there is no lease, and nothing is created", () => {
  const root = temporaryFolder();
  expect(() => runFenced(root, 1, { epoch: 1 }, unexpected)).toThrow(
    expect.objectContaining({ code: "LEASE_NOT_FOUND" }),
  );
  expect(readdirSync(root)).toEqual([]);
});

test("who does not say an epoch, or meets a damaged registry, does not write", () => {
  const root = temporaryFolder();
  grantLease(root, { phase_id: "1" });
  const nothing: { epoch: number } = JSON.parse("{}");
  expect(() => runFenced(root, 1, nothing, unexpected)).toThrow(
    expect.objectContaining({ code: "LEASE_INVALID" }),
  );
  writeFileSync(registryPath(root), "{");
  const damaged = expect.objectContaining({ code: "REGISTRY_CORRUPT" });
  expect(() => runFenced(root, 1, { epoch: 1 }, unexpected)).toThrow(damaged);
  expect(() => peekLease(root, 1)).toThrow(damaged);
  expect(readFileSync(registryPath(root), "utf8")).toBe("{");
});

function unexpected(): never {
  throw new Error("the section ran");
}
