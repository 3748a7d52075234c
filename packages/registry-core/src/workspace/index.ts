export { isLink } from "../is-link.ts";
export { isWithin, realPathOf, realPathOfPart } from "../real-path.ts";
export { findLinkOut, type LinkOut } from "./find-link-out.ts";
export { findRoots, type RootOptions, type Roots } from "./find-roots.ts";
export { type Checkout, gitDirOf, readCheckout } from "./read-checkout.ts";
export type { Root, RootRule } from "./root.ts";
