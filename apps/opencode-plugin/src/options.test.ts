import { expect, test } from "vitest";

import { readOptions } from "./options.ts";

const DEFAULTS = {
  enableGitHooks: true,
  enableNotifications: true,
  enableEnvironmentProtection: true,
  enableTracking: true,
  enableCommands: true,
  enableTools: true,
  allowEnvironmentExamples: false,
  blockHaltedAgents: false,
  leaseConflicts: "warn",
};

test.each([undefined, null, {}])("of %j all have their defaults", (raw) => {
  expect(readOptions(raw)).toEqual({ options: DEFAULTS, faults: [] });
});

test.each([[[]], ["x"], [5], [true]])("%j is no options, and that is said", (raw) => {
  const faults = ["the options must be an object; all have their defaults"];
  expect(readOptions(raw)).toEqual({ options: DEFAULTS, faults });
});

test.each<[string, unknown]>([
  ["databasePath", "~/agents.lmdb"],
  ["maxDatabaseSize", 2 ** 20],
  ["maxDatabaseSize", 2 ** 31],
  ["enableGitHooks", false],
  ["enableNotifications", false],
  ["enableEnvironmentProtection", false],
  ["enableTracking", false],
  ["enableCommands", false],
  ["enableTools", false],
  ["allowEnvironmentExamples", true],
  ["blockHaltedAgents", true],
  ["leaseConflicts", "refuse"],
  ["leaseConflicts", "off"],
])("%s may be %j, and no other changes", (name, value) => {
  const options = { ...DEFAULTS, [name]: value };
  expect(readOptions({ [name]: value })).toEqual({ options, faults: [] });
});

const FLAG = "must be true or false";

test.each<[string, unknown, string]>([
  ["enableGitHooks", "true", FLAG],
  ["enableNotifications", 1, FLAG],
  ["enableEnvironmentProtection", 0, FLAG],
  ["enableTracking", null, FLAG],
  ["enableCommands", "no", FLAG],
  ["enableTools", [], FLAG],
  ["allowEnvironmentExamples", "false", FLAG],
  ["blockHaltedAgents", {}, FLAG],
  ["leaseConflicts", "block", 'must be "warn", "refuse" or "off"'],
  ["leaseConflicts", true, 'must be "warn", "refuse" or "off"'],
])("%s cannot be %j: it has its default, and why is said", (name, value, why) => {
  const { options, faults } = readOptions({ [name]: value });
  expect(options).toEqual(DEFAULTS);
  const usual = JSON.stringify(Reflect.get(DEFAULTS, name));
  expect(faults).toEqual([`option ${name} ${why}; it is ${usual}`]);
});

const SIZE = "must be a whole number of bytes from 1048576 (1 MiB) to 2147483648 (2 GiB)";

test.each<[string, unknown, string]>([
  ["databasePath", 5, "must be a path"],
  ["databasePath", "", "must not be empty"],
  ["maxDatabaseSize", 2 ** 20 - 1, SIZE],
  ["maxDatabaseSize", 2 ** 31 + 1, SIZE],
  ["maxDatabaseSize", 2 ** 20 + 0.5, SIZE],
  ["maxDatabaseSize", "512MB", SIZE],
  ["maxDatabaseSize", Number.NaN, SIZE],
])("with %s %j nothing is tracked, wherever else it is asked for", (name, value, why) => {
  const faults = [`option ${name} ${why}; agents are not tracked`];
  const options = { ...DEFAULTS, enableTracking: false };
  expect(readOptions({ [name]: value })).toEqual({ options, faults });
  expect(readOptions({ enableTracking: true, [name]: value })).toEqual({ options, faults });
  expect(readOptions({ [name]: value, enableTracking: true })).toEqual({ options, faults });
});

test.each(["__proto__", "constructor", "enableToasts", "toString"])(
  "there is no option %s, and those that there are, are listed",
  (name) => {
    const raw: unknown = JSON.parse(`{${JSON.stringify(name)}: {"enableTools": false}}`);
    const { options, faults } = readOptions(raw);
    expect(options).toEqual(DEFAULTS);
    expect(Object.getPrototypeOf(options)).toBe(Object.prototype);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(`there is no option "${name}"; there are databasePath, maxDatabase`);
    for (const known of Object.keys(DEFAULTS)) expect(faults[0]).toContain(known);
  },
);

test("each fault is told, and what is right beside it counts", () => {
  const { options, faults } = readOptions({ enableTools: 1, x: 2, blockHaltedAgents: true });
  expect(faults).toHaveLength(2);
  expect(options).toEqual({ ...DEFAULTS, blockHaltedAgents: true });
});
