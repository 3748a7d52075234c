/** `npm run torture` runs the same tests of several processes longer. */
export const isLongTier = process.env["CABINET_TIER"] === "long";
