export { findRoots, type Root, type RootOptions, type RootRule, type Roots } from "./find-roots.ts";
