import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { envelope } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { leasesIn } from "./lease-checkout.ts";
import { eventually, isRunning, runUnderLease } from "./lease-run-process.ts";
import { cabinet } from "./run-cabinet-here.ts";

const FOREVER = "exec sleep 600";

test.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR2"] as const)(
  "%s is passed on to the command, and the lease of one that it ends is crashed",
  async (signal) => {
    const dir = checkout();
    const { child, commandPid, ending } = await runUnderLease(dir, [], FOREVER);
    child.kill(signal);
    const number = { SIGTERM: 15, SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGUSR2: 12 }[signal];
    expect(await ending).toMatchObject({ code: 128 + number, signal: null });
    expect(isRunning(commandPid)).toBe(false);
    expect(leasesIn(dir)).toMatchObject([
      { lease_state: "crashed", crash_reason: `its command was ended by ${signal}` },
    ]);
  },
);

test("a command that tidies up when it is told to end is waited for, and its lease closed", async () => {
  const dir = checkout();
  const script = "trap 'exit 3' TERM; echo > ready; while :; do sleep 0.05; done";
  const { child, ending } = await runUnderLease(dir, [], `cd "${dir}"; ${script}`);
  await eventually(() => expect(existsSync(join(dir, "ready"))).toBe(true));
  child.kill("SIGTERM");
  expect(await ending).toMatchObject({ code: 3 });
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "closed" }]);
});

test("heartbeats put the expiry off for as long as the command runs", async () => {
  const dir = checkout();
  const { child, ending } = await runUnderLease(dir, ["--ttl", "900ms"], FOREVER);
  const first = leasesIn(dir)[0]?.expires_at ?? "";
  const beats = new Set<string | undefined>();
  await eventually(() => {
    const [lease] = leasesIn(dir);
    if (lease?.heartbeat_at !== undefined) beats.add(lease.heartbeat_at);
    expect(beats.size).toBeGreaterThan(3);
  });
  expect(Date.parse(leasesIn(dir)[0]?.expires_at ?? "")).toBeGreaterThan(Date.parse(first));
  child.kill("SIGTERM");
  await ending;
});

test("the holder is seen dead as soon as lease run was killed; its command goes on", async () => {
  const dir = checkout();
  const { child, commandPid, ending } = await runUnderLease(dir, [], FOREVER);
  const pid = child.pid ?? 0;
  const alive = await cabinet(dir, ["registry-list", "--json"]);
  expect(envelope(alive.stdout)).toMatchObject({ data: { leases: [{ holder_state: "alive" }] } });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(isRunning(commandPid)).toBe(true);
  const dead = await cabinet(dir, ["registry-list", "--json"]);
  expect(envelope(dead.stdout)).toMatchObject({
    data: { leases: [{ lease_state: "open", holder_state: "dead", holder: { pid } }] },
  });
  const refused = await cabinet(dir, ["lease", "grant", "3", "--json"]);
  expect(envelope(refused.stdout)).toMatchObject({ error: { code: "LEASE_HELD" } });

  expect(await cabinet(dir, ["lease", "reclaim", "3"])).toMatchObject({ code: 0 });
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "crashed" }]);
  const reason = new RegExp(`^reclaimed: its holder, process ${pid} on .*, is gone$`);
  expect(leasesIn(dir)[0]?.crash_reason).toMatch(reason);
  const next = await cabinet(dir, ["lease", "grant", "3"]);
  expect(next.stdout).toBe("Granted phase 3 (epoch 2).\n");
  process.kill(commandPid, "SIGKILL");
  await ending;
});

test.each([
  [[], 1],
  [["--stop-when-lost"], 143],
] as const)(
  "a stopped lease run loses its lease when that expires, not before, and touches no other: %j",
  async (options, code) => {
    const dir = checkout();
    const script = `cd "${dir}"; until [ -e go ]; do sleep 0.05; done`;
    const args = ["--ttl", "6s", ...options];
    // By the command, as soon as it runs: its start is hardly over for who started it.
    const { child, stderr, ending } = await runUnderLease(dir, args, script, "kill -STOP $PPID");
    const early = await cabinet(dir, ["lease", "reclaim", "3", "--json"]);
    expect(envelope(early.stdout)).toMatchObject({ error: { code: "LEASE_HELD" } });
    await eventually(async () => {
      expect(await cabinet(dir, ["lease", "reclaim", "3"])).toMatchObject({ code: 0 });
    });
    await cabinet(dir, ["lease", "grant", "3", "--agent", "successor"]);
    const left = leasesIn(dir);
    expect(left).toMatchObject([
      { epoch: 1, crash_reason: expect.stringContaining("expired") },
      { epoch: 2, agent_id: "successor", lease_state: "open" },
    ]);

    child.kill("SIGCONT");
    const lost =
      /warning: The lease of phase 3 \(epoch 1\) is lost: .*, and epoch 2 was granted\.\n/;
    await eventually(() => expect(stderr()).toMatch(lost));
    expect(stderr()).toMatch(
      /\n\d+ s have passed at once: this machine slept, or Cabinet was stopped\.\n/,
    );
    if (options.length === 0) writeFileSync(join(dir, "go"), "");
    expect(await ending).toMatchObject({ code });
    expect(leasesIn(dir)).toEqual(left);
  },
);
