import { expect, test } from "vitest";

import { closeLease, grantLease, type Lease } from "@x/registry-core/leases";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { Sessions } from "../sessions.ts";
import { OwnLeases } from "./own-leases.ts";

function family(): Sessions {
  const sessions = new Sessions();
  sessions.hearOf("ses_child1").parentID = "ses_parent";
  sessions.hearOf("ses_child2").parentID = "ses_parent";
  return sessions;
}

function grant(root: string, phase_id = "3"): Lease {
  return grantLease(root, { phase_id });
}

test("a lease is that of the session that got it, and of its family, and of nobody else", () => {
  const own = new OwnLeases(family(), {});
  const root = temporaryFolder();
  const lease = grant(root);
  expect(own.has(root, lease, "ses_child1")).toBe(false);
  own.add(root, lease, "ses_child1");
  for (const session of ["ses_child1", "ses_child2", "ses_parent"]) {
    expect(own.has(root, lease, session)).toBe(true);
  }
  expect(own.has(root, lease, "ses_other1")).toBe(false);
});

test("another phase, or a later lease of the same, is none of it", () => {
  const root = temporaryFolder();
  const own = new OwnLeases(family(), {});
  own.add(root, grant(root), "ses_parent");
  expect(own.has(root, grant(root, "4"), "ses_parent")).toBe(false);
  closeLease(root, "3");
  const later = grant(root, "03");
  expect(own.has(root, later, "ses_parent")).toBe(false);
  own.add(root, later, "ses_parent");
  expect(own.has(root, later, "ses_parent")).toBe(true);
});

test("under `cabinet lease run` all sessions of the client work under its leases", () => {
  const root = temporaryFolder();
  const leases = [
    { root, phase: "03", epoch: 1 },
    { root, phase: "4", epoch: 7 },
  ];
  const own = new OwnLeases(family(), { CABINET_LEASES: JSON.stringify(leases) });
  expect(own.has(root, grant(root), "ses_anyone")).toBe(true);
  expect(own.has(root, grant(root, "4"), "ses_anyone")).toBe(false);
});

test("a lease of the same phase and epoch in another repository is none of it", () => {
  const [root, other] = [temporaryFolder(), temporaryFolder()];
  const own = new OwnLeases(family(), {});
  own.add(root, grant(root), "ses_parent");
  expect(own.has(other, grant(other), "ses_parent")).toBe(false);
});

test("a lease outlives the instance of the client in which it was got", () => {
  const root = temporaryFolder();
  const lease = grant(root);
  new OwnLeases(family(), {}).add(root, lease, "ses_parent");
  expect(new OwnLeases(new Sessions(), {}).has(root, lease, "ses_parent")).toBe(true);
});

test.each([
  undefined,
  "",
  "{",
  "null",
  "5",
  '{"phase":"3","epoch":1}',
  '[null,5,"3",[],{"phase":"3"},{"phase":3,"epoch":1},{"phase":"3","epoch":"1"},{"phase":"","epoch":1}]',
  '[{"__proto__":{"phase":"3","epoch":1}}]',
])("CABINET_LEASES as %j tells of none", (text) => {
  const own = new OwnLeases(family(), { CABINET_LEASES: text });
  const root = temporaryFolder();
  expect(own.has(root, grant(root), "ses_parent")).toBe(false);
});
