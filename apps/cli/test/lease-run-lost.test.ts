import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { checkout } from "./checkout.ts";
import { leasesIn, REGISTRY } from "./lease-checkout.ts";
import { runStepwise } from "./lease-run-process.ts";
import { cabinet } from "./run-cabinet-here.ts";

test.each([
  [
    ["lease", "crash", "3", "--reason", "no"],
    /is lost: it was marked as crashed at \S+ \(no\)\.$/,
    "crashed",
  ],
  [["lease", "clear", "3", "--force"], /is lost: it is not in the registry any more\.$/, undefined],
])(
  "%j by somebody else is said at once, and the lease not touched again",
  async (args, message, state) => {
    const dir = checkout();
    const { ending, beat, go, isRunning } = runStepwise(dir, ["--json", "--ttl", "12s"]);
    await isRunning();
    await cabinet(dir, args);
    const left = leasesIn(dir);
    beat();
    beat();
    go();
    const { code, stdout } = await ending;
    expect(code).toBe(1);
    const warnings = [{ code: "LEASE_LOST", message: expect.stringMatching(message) }];
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      data: { lease: { lease_state: state ?? "open" }, exitCode: 0 },
      warnings,
    });
    expect(leasesIn(dir)).toEqual(left);
  },
);

test("a command may close its own lease; it is warned when it goes on for long", async () => {
  const dir = checkout();
  const { ending, beat, go, isRunning } = runStepwise(dir, ["--json", "--ttl", "12s"]);
  await isRunning();
  await cabinet(dir, ["lease", "close", "3", "--epoch", "1"]);
  beat();
  beat();
  go();
  const { code, stdout } = await ending;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    data: { lease: { lease_state: "closed" }, exitCode: 0 },
    warnings: [{ code: "LEASE_CLOSED" }],
  });
});

test("a lease that was closed meanwhile is lost when somebody else is granted the phase", async () => {
  const dir = checkout();
  const { ending, beat, go, isRunning } = runStepwise(dir, ["--json", "--ttl", "12s"]);
  await isRunning();
  await cabinet(dir, ["lease", "close", "3"]);
  await cabinet(dir, ["lease", "grant", "3"]);
  beat();
  go();
  const { code, stdout } = await ending;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    warnings: [
      {
        code: "LEASE_LOST",
        message: expect.stringMatching(/closed at .*, and epoch 2 was granted/),
      },
    ],
  });
  expect(leasesIn(dir).at(-1)).toMatchObject({ lease_state: "open", epoch: 2 });
});

test.each([
  ["removed", (path: string) => rmSync(path)],
  ["damaged, and set aside", (path: string) => writeFileSync(path, "\0")],
])("that the registry was %s is said as what is seen: the lease is not there", async (_, harm) => {
  const dir = checkout();
  const { ending, beat, go, isRunning } = runStepwise(dir, ["--json", "--ttl", "12s"]);
  await isRunning();
  harm(join(dir, REGISTRY));
  beat();
  go();
  const { code, stdout } = await ending;
  expect(code).toBe(1);
  const { warnings }: { warnings: { code: string; message: string }[] } = JSON.parse(stdout);
  const message = "The lease of phase 3 (epoch 1) is lost: it is not in the registry any more.";
  expect(warnings).toContainEqual(expect.objectContaining({ code: "LEASE_LOST", message }));
  expect(leasesIn(dir)).toEqual([]);
});

test("a lease that somebody ends is missed at the next tick, long before a heartbeat is due", async () => {
  const dir = checkout();
  const { ending, tick, go, isRunning } = runStepwise(dir, ["--json", "--ttl", "1h"]);
  await isRunning();
  tick();
  await cabinet(dir, ["lease", "crash", "3", "--reason", "no"]);
  await cabinet(dir, ["lease", "grant", "3"]);
  tick();
  await cabinet(dir, ["lease", "clear", "3", "--force"]);
  go();
  const { stdout } = await ending;
  const message = expect.stringMatching(/crashed at .*, and epoch 2 was granted/);
  expect(JSON.parse(stdout)).toMatchObject({ warnings: [{ code: "LEASE_LOST", message }] });
});

test("a shorter time to live that somebody has given it is taken back at the next tick", async () => {
  const dir = checkout();
  const { ending, tick, go, isRunning } = runStepwise(dir, ["--ttl", "1h"]);
  await isRunning();
  await cabinet(dir, ["lease", "heartbeat", "3", "--ttl", "1s"]);
  tick();
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "open", ttl_ms: 3_600_000 }]);
  go();
  expect(await ending).toMatchObject({ code: 0 });
});

test("a folder that is not there for a while is no loss", async () => {
  const dir = checkout();
  const { ending, beat, go, isRunning } = runStepwise(dir, ["--json", "--ttl", "12s"]);
  await isRunning();
  renameSync(join(dir, ".planning"), join(dir, "aside"));
  beat();
  renameSync(join(dir, "aside"), join(dir, ".planning"));
  beat();
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "open", heartbeat_at: expect.any(String) }]);
  go();
  const { code, stdout } = await ending;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    data: { lease: { lease_state: "closed" } },
    warnings: [{ code: "LEASE_NOT_RENEWED" }],
  });
});
