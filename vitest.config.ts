import { defineConfig } from "vitest/config";

// Tests read the sources: no build is needed, and a stale one cannot hide a fault. No `projects`
// here: with them the conditions below would not be inherited and tests would read dist.
const conditions = ["@x/source"];

export default defineConfig(({ mode }) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    env: { CABINET_TIER: mode === "torture" ? "long" : "short" },
    include: ["{packages,apps}/*/{src,test}/**/*.test.ts", "test/**/*.test.ts"],
    // The tests of several processes leave processors idle while they wait for each other.
    maxWorkers: "100%",
    // A machine that is busy with other things makes no test fail: what takes ten seconds may take minutes there.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A test that writes to the console either says something to nobody or hides a warning.
    onConsoleLog: (log) => {
      throw new Error(`a test wrote to the console: ${log}`);
    },
    coverage: {
      include: ["{packages,apps}/*/src/**/*.ts"],
      exclude: ["**/*.test.ts"],
      thresholds: { lines: 80 },
    },
  },
}));
