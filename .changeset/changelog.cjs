// The words of the CHANGELOGs, for those who use a package: no hashes of commits, and where a package is released because
// of another one, what has changed there. An app has the others inside: its users meet them here alone.

/** What stands before the first release of a package. */
const UNRELEASED = "0.0.0";

/** @param {{ summary: string }} changeset */
async function getReleaseLine({ summary }) {
  return `- ${summary.trim().replaceAll(/\n(?=.)/g, "\n  ")}`;
}

/**
 * Nothing for packages that are released for the first time: there is nothing that they could have changed.
 *
 * @param {{ id: string, summary: string }[]} changesets What was said of these packages.
 * @param {{ name: string, oldVersion: string, newVersion: string, changesets: string[] }[]} updated
 */
async function getDependencyReleaseLine(changesets, updated) {
  const released = updated.filter(({ oldVersion }) => oldVersion !== UNRELEASED);
  if (released.length === 0) return "";
  const names = released.map(({ name, newVersion }) => `\`${name}\` ${newVersion}`);
  const told = changesets.filter(({ id }) => released.some((one) => one.changesets.includes(id)));
  const reasons = new Set(told.map(({ summary }) => `  - ${firstParagraph(summary)}`));
  return [`- Released with ${names.join(", ")}${reasons.size > 0 ? ":" : "."}`, ...reasons].join(
    "\n",
  );
}

/** @param {string} summary */
function firstParagraph(summary) {
  const [paragraph = ""] = summary.trim().split(/\n\s*\n/);
  return paragraph.replaceAll(/\s*\n\s*/g, " ");
}

module.exports = { getReleaseLine, getDependencyReleaseLine };
