import type { Sentence } from "./sentence.ts";

const lookAt: Sentence = ({ path, reason }) => ({
  message: `${path} cannot be used: ${reason}. It was left as it is.`,
  hint: `Look at what lies at ${path}.`,
});

/** What `PLANNING_` errors about specs say. */
export const PLANNING_SENTENCES: Readonly<Record<string, Sentence>> = {
  PLANNING_NAME_UNSAFE: ({ value, reason }) => ({
    message: `The spec name ${JSON.stringify(value)} cannot be used: ${reason}.`,
    hint: "A spec's name is one plain folder name; it stands in the front matter of its file.",
  }),
  PLANNING_OUTSIDE: ({ path, reason }) => ({
    message: `${path} is not used: ${reason}. Nothing was changed.`,
    hint: "Look at where that link leads; Cabinet keeps to the folder .planning of the checkout.",
  }),
  PLANNING_UNREADABLE: lookAt,
  PLANNING_TOO_LARGE: ({ path, reason }) => ({
    message: `${path} is not read: ${reason}. It was left as it is.`,
    hint: "Move what is old in it to another file.",
  }),
  PLANNING_IO: ({ path, reason }) => ({
    message: `The system refused a change of ${path}: ${reason}.`,
    hint: "Look at its owner and mode, and run the command again.",
  }),
  PLANNING_STATUS_CORRUPT: ({ path, reason }) => ({
    message: `${path} cannot be understood: ${reason}. It was left as it is.`,
    hint: "Mend it in an editor; it takes the fields name, spec and last_known_branch.",
  }),
  PLANNING_SPEC_NOT_FOUND: ({ reason }) => ({
    message: `In this checkout ${reason}.`,
    hint: "`cabinet planning list` lists them; `cabinet planning setup --spec <path>` sets one up.",
  }),
  PLANNING_SPEC_EXISTS: ({ reason }) => ({
    message: `The spec was not set up: ${reason}.`,
    hint: "Give one of the two another name in its front matter.",
  }),
  PLANNING_SPEC_INVALID: ({ path, reason }) => ({
    message: `${path} is not a spec of this checkout: ${reason}.`,
    hint: "A spec is a file of the checkout that begins with `---`, `name: <name>`, `---`, each on a line.",
  }),
  PLANNING_BRANCH_INVALID: ({ path, reason }) => ({
    message: `No branch can be called ${JSON.stringify(path)}: ${reason}.`,
    hint: "Give the short name of a branch as `git branch` shows it, or null for none.",
  }),
};
