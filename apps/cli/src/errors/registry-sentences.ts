import { basename, dirname } from "node:path";

import type { Facts, Sentence } from "./sentence.ts";

/** What `REGISTRY_` errors say: of the registries in files, and of the records in stores. */
export const REGISTRY_SENTENCES: Readonly<Record<string, Sentence>> = {
  REGISTRY_CORRUPT: ({ path, reason }) => ({
    message: `The registry ${path} is damaged: ${reason}. It was left as it is.`,
    hint: isOfLeases(path)
      ? `Cabinet could not set it aside: look at the owner and mode of ${dirname(path)}.`
      : "The plan files are not affected. Filing a plan (`cabinet plans adopt`) sets the damaged " +
        "registry aside, keeps it, and starts a new one.",
  }),
  REGISTRY_UNREADABLE: ({ path, reason }) => ({
    message: `The registry ${path} cannot be read: ${reason}.`,
    hint: `Look at what lies at ${path}, and at its owner and mode.`,
  }),
  REGISTRY_NEWER: ({ path, reason }) => ({
    message: `The registry ${path} is of a newer Cabinet: ${reason}. It was left as it is.`,
    hint: "Use a newer Cabinet here.",
  }),
  REGISTRY_FULL: ({ path, reason }) => ({
    message: `The registry ${path} is full: ${reason}. Nothing was changed.`,
    hint: `Look at what fills it; \`cabinet ${isOfLeases(path) ? "lease list" : "plans"} --json\` shows what Cabinet understands of it.`,
  }),
  REGISTRY_VALUE_INVALID: ({ path, reason }) => ({
    message: `The registry ${path} cannot hold what was to be stored: ${reason}. Nothing was changed.`,
    hint: "Look at what was given; with --verbose Cabinet says where it comes from.",
  }),
  REGISTRY_KEY_INVALID: (facts) => ({
    message: `${recordIn(facts)}: ${facts.reason}. Nothing was changed.`,
    hint: "Give another name or id: 1 to 1024 bytes of text.",
  }),
  REGISTRY_RECORD_INVALID: (facts) => ({
    message: `${recordIn(facts)} cannot be stored as given: ${facts.reason}. Nothing was changed.`,
    hint: "Look at what was given; with --verbose Cabinet says where it comes from.",
  }),
  REGISTRY_RECORD_CORRUPT: (facts) => ({
    message: `${recordIn(facts)} is damaged: ${facts.reason}. It was left as it is.`,
    hint: "Find out which tool has written it; the other records are not affected.",
  }),
  REGISTRY_CLOSED: () => ({
    message: "The store was closed while it was still needed. Nothing was changed.",
    hint: "Run the command again.",
  }),
  REGISTRY_FOLDER_MISSING: ({ path }) => ({
    message: `There is no folder ${path}.`,
    hint: "Look at the path again.",
  }),
  REGISTRY_NAME_UNSAFE: ({ value, reason }) => ({
    message: `The name ${JSON.stringify(value)} cannot be used: ${reason}.`,
    hint: "Give the name without plan- and .md.",
  }),
};

function isOfLeases(path: string): boolean {
  return basename(path) === "registry.json";
}

/** The record that an error of a store is about, where it is about one. */
function recordIn({ collection, key }: Facts): string {
  if (collection === undefined || key === undefined) return "A record";
  return `The record ${JSON.stringify(key)} of ${collection}`;
}
