import type { Sentence } from "./sentence.ts";

/** What `cabinet init` says of what it cannot set up. It looks at everything before it writes anything. */
export const INIT_SENTENCES: Readonly<Record<string, Sentence>> = {
  CABINET_INIT_CONFIG_INVALID: ({ path, reason }) => ({
    message: `The configuration ${path} cannot be understood: ${reason}. It was left as it is.`,
    hint: "Mend it in an editor, or set up all else with --skip-opencode.",
  }),
  CABINET_INIT_OUTSIDE: ({ path, reason }) => ({
    message: `${path} is not used: ${reason}. It was left as it is.`,
    hint: "Look at where that link leads; Cabinet keeps to the checkout.",
  }),
  CABINET_INIT_NOT_FOLDER: ({ path }) => ({
    message: `${path} is no folder, and Cabinet needs one of that name. It was left as it is.`,
    hint: "Look at what it is, and give it another name.",
  }),
  CABINET_INIT_UNREADABLE: ({ path, reason }) => ({
    message: `${path} cannot be read: ${reason}. It was left as it is.`,
    hint: `Look at what lies at ${path}, and at its owner and mode.`,
  }),
  CABINET_INIT_TOO_LARGE: ({ path, reason }) => ({
    message: `${path} is not read: ${reason}. It was left as it is.`,
    hint: "Look at what fills it: people do not write such a file.",
  }),
};
