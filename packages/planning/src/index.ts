export { SpecNameError } from "./errors.ts";
export { getPlanningDir } from "./planning-dir.ts";
export { assertSpecName } from "./spec-name.ts";
