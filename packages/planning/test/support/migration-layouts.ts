import { statusText } from "./spec-project.ts";

/** The status of a spec of the time when folders were named after branches. */
function oldStatus(name: string, branch: string): string {
  return `# of ${name}\r\nname: ${name} # its name\r\nspec: specs/${name}.md\r\nbranch: ${branch} # hard link\r\n\r\nmine: [1, 2]\r\n`;
}

/** What may lie in `.planning/` before it is migrated. */
export const LAYOUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a chain with the active spec in its middle": {
    ".active": "b\n",
    "a/status.yaml": oldStatus("b", "feat/a"),
    "a/notes.md": "a",
    "b/status.yaml": `\uFEFF${oldStatus("c", "feat/b")}`,
    "b/deep/notes.md": "b",
  },
  "several folders, of which one is active": {
    ".active": "feat-auth",
    ".gitignore": "mine",
    "feat-auth/status.yaml": oldStatus("auth", "feat/auth"),
    "fix-flow/status.yaml": "name: flow\nspec: a.md\nbranch: null\n",
    "main/status.yaml": "{name: core, spec: a.md, branch: main} # flow\n",
    "main/.long-run/STATE.md": "Status: x\n",
  },
  "two folders that have each other's names": {
    ".active": "a\n",
    "a/status.yaml": oldStatus("b", "feat/a"),
    "b/status.yaml": oldStatus("a", "feat/b"),
    "c/status.yaml": oldStatus("d", "feat/c"),
  },
  "two folders of one spec": {
    ".active": "feat-one\n",
    "feat-one/status.yaml": oldStatus("auth", "feat/one"),
    "feat-two/status.yaml": oldStatus("auth", "feat/two"),
    "feat-three/status.yaml": oldStatus("flow", "feat/three"),
  },
  "targets that are there": {
    "feat-auth/status.yaml": oldStatus("auth", "feat/auth"),
    "auth/status.yaml": statusText("auth", "main"),
    "feat-flow/status.yaml": oldStatus("flow", "feat/flow"),
    "flow/notes.md": "no spec",
    "feat-file/status.yaml": oldStatus("file", "feat/file"),
    file: "no folder",
  },
  "names that no folder can have, and damaged statuses": {
    "feat-evil/status.yaml": oldStatus("../../evil", "feat/evil"),
    "feat-con/status.yaml": oldStatus("con", "feat/con"),
    "feat-none/status.yaml": "spec: a.md\nbranch: b\n",
    "feat-yaml/status.yaml": "name: [\n",
    "feat-list/status.yaml": "name: list\nspec: a.md\nbranch: [a]\n",
    "feat-auth/status.yaml": oldStatus("auth", "feat/auth"),
  },
  "folders that have their names, and some without a status": {
    ".active": "auth\n",
    "auth/status.yaml": oldStatus("auth", "feat/auth"),
    "flow/status.yaml": statusText("flow", "main"),
    "zeta/status.yaml": "name: zeta\nspec: a.md\n",
    "empty/notes.md": "",
    "ROADMAP.md": "- [ ] **Phase 1: x**\n",
    "phases/01-x/status.yaml": oldStatus("x", "y"),
  },
};

/** The one in which most happens. */
export const RICHEST = "a chain with the active spec in its middle";

/** The files of a layout, as paths of a checkout. */
export function filesOf(layout: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(LAYOUTS[layout] ?? {}).map(([path, text]) => [`.planning/${path}`, text]),
  );
}
