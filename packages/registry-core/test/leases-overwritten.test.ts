import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Warning } from "../src/errors.ts";
import {
  clearLease,
  closeLease,
  grantLease,
  heartbeatLease,
  type LeaseOptions,
  registryPath,
} from "../src/leases/index.ts";
import { codeOf, leaseDocument, leaseRoot, QUICKLY } from "./support/lease-project.ts";

const program = fileURLToPath(new URL("programs/lease-stale-writer.ts", import.meta.url));

const MOST_CALLS = 20_000;

/** Makes the call until a warning is heard, while another process puts back what was there before. */
async function warnedOf(
  root: string,
  call: (options: LeaseOptions) => unknown,
): Promise<Warning[]> {
  const stopFile = join(temporaryFolder(), "stop");
  const child = runTypeScript(program, [root, stopFile]);
  const ending = endOf(child);
  const warnings: Warning[] = [];
  let calls = 0;
  try {
    await startTogether([child]);
    const options = { ...QUICKLY, onWarning: (warning: Warning) => warnings.push(warning) };
    while (warnings.length === 0 && (calls += 1) < MOST_CALLS) {
      call(options);
      // Lets the other one begin: a call by itself leaves the event loop no turn.
      await setImmediate();
    }
  } finally {
    writeFileSync(stopFile, "");
    expect(await ending).toMatchObject({ code: 0, stderr: "" });
  }
  return warnings;
}

/** One closed lease of phase 1, and an open one of phase 2. */
function prepared(): string {
  const root = leaseRoot();
  grantLease(root, { phase_id: "1" }, QUICKLY);
  closeLease(root, "1", QUICKLY);
  grantLease(root, { phase_id: "2" }, QUICKLY);
  return root;
}

test.each<[string, (root: string, options: LeaseOptions) => unknown]>([
  ["a grant", (root, options) => codeOf(() => grantLease(root, { phase_id: "1" }, options))],
  ["an end", (root, options) => codeOf(() => closeLease(root, "2", options))],
])("%s that a tool without the lock has undone is told", async (_, call) => {
  const root = prepared();
  const warnings = await warnedOf(root, (options) => call(root, options));
  expect(warnings).toEqual([
    {
      code: "LEASE_OVERWRITTEN",
      path: registryPath(root),
      message: expect.stringContaining(
        "a tool that does not take its lock has undone the change of phase",
      ),
    },
  ]);
});

test("calls that follow each other, with nobody between, are told of no loss", () => {
  const root = prepared();
  const warnings: Warning[] = [];
  const options = { ...QUICKLY, onWarning: (warning: Warning) => warnings.push(warning) };
  for (let round = 0; round < 50; round += 1) {
    grantLease(root, { phase_id: "1" }, options);
    heartbeatLease(root, "1", options);
    if (round % 2 === 0) closeLease(root, "1", options);
    clearLease(root, "1", { ...options, force: true });
  }
  expect(warnings).toEqual([]);
  expect(leaseDocument(root).epochs).toMatchObject({ 1: 51, 2: 1 });
});
