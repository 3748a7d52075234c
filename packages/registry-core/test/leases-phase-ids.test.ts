import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { outcomeOf, withMachines } from "./support/lease-machines.ts";

const DIGITS = "123456789012345678901234567890";

describe("the id of a phase", () => {
  test.each<[string, string | number, string | number]>([
    ["with leading zeros is that without", "007", "7"],
    ["with nothing but zeros is zero", "000", "0"],
    ["of thirty digits is a number", `0${DIGITS}`, DIGITS],
    ["of parts has leading zeros in none of them", "02.01", "2.1"],
    ["that is a number is its digits", 7, "7"],
    ["with the greatest number is its digits", Number.MAX_SAFE_INTEGER, "9007199254740991"],
  ])("%s", async (_, one, other) => {
    await withMachines(temporaryFolder(), async (machines) => {
      for (const leases of machines) {
        await leases.grant({ phase_id: one });
        expect(await outcomeOf(leases.grant({ phase_id: other }))).toMatchObject({
          code: "LEASE_HELD",
        });
        expect(await leases.close(other)).toMatchObject({ phase_id: String(one), epoch: 1 });
        expect(await leases.grant({ phase_id: other })).toMatchObject({
          phase_id: String(other),
          epoch: 2,
        });
        expect(await leases.list()).toHaveLength(2);
      }
    });
  });

  test.each<[string, readonly string[]]>([
    ["of thirty digits is not the next one", [DIGITS, DIGITS.replace(/0$/, "1")]],
    ["composed is not the same decomposed", ["\u00e9", "e\u0301"]],
    ["of emoji is text", ["👩‍💻", "👩💻"]],
    ["may be what every object has", ["__proto__", "constructor", "toString", "hasOwnProperty"]],
    ["is not trimmed", ["a", " a"]],
    ["with other digits than ASCII is text", ["٧", "7"]],
    ["with a sign is text", ["-1", "1", "+1"]],
    ["of parts is not that of fewer or other ones", ["1", "1.0", "1.1", "1.10", "1."]],
    ["may have 200 characters", ["x".repeat(200), "é".repeat(200), "9".repeat(200)]],
  ])("%s", async (_, ids) => {
    await withMachines(temporaryFolder(), async (machines) => {
      for (const leases of machines) {
        for (const phase_id of ids)
          expect(await leases.grant({ phase_id })).toMatchObject({ phase_id, epoch: 1 });
        for (const phase_id of ids) {
          expect(await leases.get(phase_id)).toMatchObject({ phase_id });
          expect(await leases.close(phase_id)).toMatchObject({ lease_state: "closed" });
          await leases.clear(phase_id);
          expect(await leases.grant({ phase_id })).toMatchObject({ phase_id, epoch: 2 });
        }
      }
    });
  });

  test.each<[string, string]>([
    ["201 characters", "x".repeat(201)],
    ["no characters", ""],
    ["nothing but blanks", " \u00a0"],
    ["a line end", "a\nb"],
    ["a NUL", "\0"],
    ["half a surrogate pair", "\ud83d"],
  ])("may not have %s", async (_, phase_id) => {
    await withMachines(temporaryFolder(), async (machines) => {
      for (const leases of machines) {
        expect(await outcomeOf(leases.grant({ phase_id }))).toMatchObject({
          code: "LEASE_INVALID",
        });
        expect(await outcomeOf(leases.get(phase_id))).toMatchObject({ code: "LEASE_INVALID" });
        expect(await leases.list()).toEqual([]);
      }
    });
  });

  test.each([Number.NaN, Infinity, 2 ** 53, 1e21])(
    "that is the number %d, whose digits it cannot tell, is refused",
    async (phase_id) => {
      await withMachines(temporaryFolder(), async (machines) => {
        for (const leases of machines) {
          expect(await outcomeOf(leases.grant({ phase_id }))).toMatchObject({
            code: "LEASE_INVALID",
          });
        }
      });
    },
  );
});
