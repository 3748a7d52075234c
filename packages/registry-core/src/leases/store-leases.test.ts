import { expect, test } from "vitest";

import type { Schema } from "../schema.ts";
import { collection } from "../store/collection.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { leasesIn } from "./store-leases.ts";

const AnySchema: Schema<unknown> = { parse: (raw) => raw };
const raw = collection("leases", AnySchema);

test("a lease goes its way in a store as in a file", async () => {
  const store = createMemoryStore();
  const leases = leasesIn(store);
  expect(await leases.grant({ phase_id: "01" })).toMatchObject({ epoch: 1, phase_id: "01" });
  await expect(leases.grant({ phase_id: 1 })).rejects.toMatchObject({ code: "LEASE_HELD" });
  await expect(leases.close("1", { epoch: 2 })).rejects.toMatchObject({ code: "LEASE_FENCED" });
  await leases.clear("1", { force: true });
  expect(await leases.list()).toEqual([]);
  expect(await leases.get("1")).toBeNull();
  expect(await leases.restore("1")).toMatchObject({ lease_state: "open", epoch: 1 });
  await leases.crash("1", "gone");
  const { epoch }: { readonly epoch: number } = await leases.grant({ phase_id: "1" });
  expect(epoch).toBe(2);
  expect((await leases.list()).map(({ lease_state }) => lease_state)).toEqual(["crashed", "open"]);
});

test("what another version has stored of a phase stays, and spoils nothing", async () => {
  const store = createMemoryStore();
  const foreign = { phase_id: 3, lease_state: "paused", agent_id: 42 };
  const record = { epoch: 1, leases: [5, { ...foreign, epoch: 9 }], note: "n" };
  await store.transact([], () => ({ changes: [raw.put("3", record)], result: undefined }));
  const leases = leasesIn(store);
  expect(await leases.list()).toMatchObject([{ phase_id: "3", lease_state: "open" }]);
  await leases.heartbeat(3);
  expect(await store.get(raw.at("3"))).toMatchObject({
    ...record,
    epoch: 9,
    leases: [5, { ...foreign, heartbeat_at: expect.any(String) }],
  });
  await leases.close(3);
  expect((await leases.grant({ phase_id: 3 })).epoch).toBe(10);
});
