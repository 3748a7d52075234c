// In each of so many checkouts, activates two specs in turn, so many times each.
import { setActiveSpec, updateLastKnownBranch } from "../../src/index.ts";

export interface Activations {
  readonly roots: readonly string[];
  readonly rounds: number;
}

const { roots, rounds }: Activations = JSON.parse(process.argv[2] ?? "{}");

for (const root of roots) {
  for (let round = 0; round < rounds; round += 1) {
    const spec = round % 2 === 0 ? "auth" : "flow";
    setActiveSpec(spec, { root });
    updateLastKnownBranch(spec, `feat/${round}`, { root });
  }
}
