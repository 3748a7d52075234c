// For authors of engines: what a store behind the port is made of. Users of a store need none of it.
export { refuseInsideStep } from "./pure-step.ts";
export { CallGate } from "./store/call-gate.ts";
export { assertCollectionName } from "./store/collection.ts";
export { assertRange } from "./store/range.ts";
export { runDecision } from "./store/run-decision.ts";
