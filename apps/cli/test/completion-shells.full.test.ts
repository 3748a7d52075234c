import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SHELLS } from "../src/completion/shells.ts";
import { login, registryOf } from "./busy-checkout.ts";
import { SESSION, writeRegistryText } from "./checkout.ts";
import { openShell } from "./completion-shell.ts";
import { cabinet } from "./run-cabinet-here.ts";

/** What is typed of each plan, and the plan: no other one begins so. */
const PLANS = [
  ["lo", "login"],
  ["my\\ p", "my plan"],
  ["'my o", "my other $HOME; plan"],
  ['"my o', "my other $HOME; plan"],
  ["my\\ o", "my other $HOME; plan"],
  ["it", "it's"],
  ["qu", 'qu"ote'],
  ["'qu", 'qu"ote'],
  ['"qu', 'qu"ote'],
  ['"it', "it's"],
  ["'it", "it's"],
  ["do", "do$HOME"],
  ['"do', "do$HOME"],
  ["se", "se;mi"],
  ["co", "co:lon:ed"],
  ["co:lon:", "co:lon:ed"],
  ["eq=", "eq=ual"],
  ["at@", "at@x"],
  ["ex", "ex!cl"],
  ['"ex', "ex!cl"],
  ["st", "st*r?[x]{a,b}"],
  ["am", "am&(p)|<q>`r`"],
  ["ü", "überprüfung größe"],
  ["日", "日本 語"],
  ["ti", "ti~lde^#"],
] as const;

/** What is typed behind `cabinet`, and the words that it is called with. */
const LINES: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ["plans show --session se\t", ["plans", "show", "--session", SESSION]],
  ["plans show --session=se\t", ["plans", "show", `--session=${SESSION}`]],
  ["plans set-status --plan lo\tex\t", ["plans", "set-status", "--plan", "login", "executed"]],
  ["plans --js\t", ["plans", "--json"]],
  ["plans show zz\t", ["plans", "show", "zz"]],
  ["phase-status 2\td\t", ["phase-status", "2.10", "done"]],
  ["restore lea\t", ["restore", "lease:2.10"]],
  ["restore lease:\t", ["restore", "lease:2.10"]],
  ["registry-l\t", ["registry-list"]],
  ["registry l\t", ["registry", "list"]],
  ["planning flow e\t", ["planning", "flow", "enable-spec"]],
  ["--json completion z\t", ["--json", "completion", "zsh"]],
  [
    "--workspace-root ~/other\\ place plans show \t",
    ["--workspace-root", "HOME/other place", "plans", "show", "there"],
  ],
  ["--workspace-root=wo\t", ["--workspace-root=wor ld"]],
  ["tracker import wo\tfi\t", ["tracker", "import", "wor ld/fi le"]],
  ["tracker export --out=wo\tfi\t", ["tracker", "export", "--out=wor ld/fi le"]],
  ["plans show ./wo\tfi\t", ["plans", "show", "./wor ld/fi le"]],
  ["lease conflicts a --phase 2.10 wo\t", ["lease", "conflicts", "a", "--phase", "2.10", "wor ld"]],
  ["lease run 1 -- tell-w\two\t", ["lease", "run", "1", "--", "tell-words", "wor ld"]],
];

/** A checkout whose path no script expects, with plans, a session, phases and leases. */
function strangeCheckout(home: string): string {
  const dir = join(home, "my shóp 'n' 店");
  for (const folder of [".git", ".ai", ".planning/.local", "wor ld"]) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  for (const [, name] of PLANS) writeFileSync(join(dir, `.ai/plan-${name}.md`), "# plan\n");
  writeRegistryText(dir, registryOf({ [SESSION]: login }));
  writeFileSync(
    join(dir, ".planning/ROADMAP.md"),
    "- [x] **Phase 1: Store**\n- [ ] **Phase 2.10: A: b**\n",
  );
  writeFileSync(join(dir, "wor ld/fi le"), "");
  return dir;
}

for (const shell of SHELLS) {
  test(`${shell} completes every name so that the command gets exactly that name`, async (context) => {
    const home = temporaryFolder();
    const { type } = await openShell(context, shell, strangeCheckout(home), home);
    for (const [typed, plan] of PLANS) {
      const words = await type(`cabinet plans show ${typed}\t`);
      expect({ typed, words }).toEqual({ typed, words: ["plans", "show", plan] });
    }
  });
}

for (const shell of SHELLS) {
  test(`${shell} completes commands, options, things of the checkout, paths, and other commands`, async (context) => {
    const home = temporaryFolder();
    const dir = strangeCheckout(home);
    mkdirSync(join(home, "other place/.ai"), { recursive: true });
    writeFileSync(join(home, "other place/.ai/plan-there.md"), "# there\n");
    await cabinet(dir, ["lease", "grant", "2.10"]);
    await cabinet(dir, ["lease", "clear", "2.10", "--force"]);
    const { type } = await openShell(context, shell, dir, home);
    for (const [typed, words] of LINES) {
      const called = await type(`cabinet ${typed}`);
      // zsh takes the slash of a folder away when the line is complete.
      const plain = called.map((word) => word.replace(/\/$/, ""));
      const wanted = words.map((word) => word.replace("HOME", home));
      expect({ typed, words: plain }).toEqual({ typed, words: wanted });
    }
    expect(await type("true; A=1 cabinet plans show lo\t")).toEqual(["plans", "show", "login"]);
  });
}
