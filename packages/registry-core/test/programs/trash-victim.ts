// Cleans the plans of a project, or brings a cleaning back, and is killed right before its n-th call that
// changes the disk. Prints how many there are, if it comes to that. `careless` is the known-bad double.
import { killBeforeCall, startCounting, stopCounting } from "../support/kill-before-call.ts";

export interface TrashOrder {
  readonly dir: string;
  readonly how: "careful" | "careless";
  readonly work: "trash" | "restore";
  /** What is brought back. */
  readonly id: string;
  /** 0: never. */
  readonly killBefore: number;
}

const order: TrashOrder = JSON.parse(process.argv[2] ?? "{}");
const { dir, how, work, id, killBefore } = order;

killBeforeCall(killBefore);
// Loaded only now: what is imported takes the calls as it finds them.
const { restorePlans, trashPlans } = await import("../../src/session-plans/index.ts");
const { restoreCarelessly, trashCarelessly } = await import("../support/careless-trash.ts");
startCounting();
if (how === "careful" && work === "trash") await trashPlans(dir);
else if (how === "careful") await restorePlans(dir, id);
else if (work === "trash") trashCarelessly(dir);
else restoreCarelessly(dir, id);
process.stdout.write(String(stopCounting()));
