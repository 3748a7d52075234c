/** What agents write into the fields that are theirs. */
export interface Texts {
  /** The name of a plan of its own, and a part of the name of a file. */
  readonly plan: string;
  /** Ids of agents, sessions, phases and executors. */
  readonly id: string;
  /** Names of branches, paths and globs. */
  readonly path: string;
  /** Titles, reasons, questions: a line that nobody has looked at. */
  readonly line: string;
  /** Behind a line that is to stay one. */
  readonly added: string;
}

export const KIND: Texts = {
  plan: "profile",
  id: "painter",
  path: "feat/profile",
  line: "the profile page",
  added: "",
};

const ESCAPE = "\u001b[31m\u001b]0;owned\u0007\u001b[2J";
const UNSEEN = "\u202edesrever\u202c\u200b\u2066x\u2069\ufeff\u009b1mC1\u0085\u2028\u2029";

/** Such as an agent may write, or somebody who has taken it over. */
export const HOSTILE: Texts = {
  // The name of a file has no NUL and no slash.
  plan: `--json ${ESCAPE}${UNSEEN}\r\n<b>\u0007|`,
  id: `-x${ESCAPE}${UNSEEN}\u0000\r\n`,
  path: `--force/${ESCAPE}\r\n\u0000${UNSEEN}*`,
  line: `<script>$(reboot)\`id\`${ESCAPE}\r\nerror: all is lost\n\u0000${UNSEEN} | # [x](y) \\u{1b}`,
  added: ` ${ESCAPE}\u0000${UNSEEN.replaceAll(/[\u0085\u2028\u2029]/g, "")}`,
};
