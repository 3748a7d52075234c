import { readFileSync } from "node:fs";

import type { Command } from "../command.ts";
import { isShell, SHELLS } from "../completion/shells.ts";
import { CliError } from "../errors/cli-error.ts";

export const completion: Command = {
  synopsis: SHELLS.join("|"),
  example: [
    "cabinet completion zsh > ~/.zfunc/_cabinet         # a folder of fpath, before compinit",
    "cabinet completion fish > ~/.config/fish/completions/cabinet.fish",
    "source <(cabinet completion bash)                  # in ~/.bashrc",
    "source <(cabinet completion zsh)                   # or in ~/.zshrc, after compinit",
    "cabinet completion fish | source                   # or in config.fish",
  ],
  arguments: 1,
  completes: [SHELLS],
  run: async ({ positionals: [shell = ""] }) => {
    if (!isShell(shell)) {
      const message = `There is no completion for ${JSON.stringify(shell)}.`;
      throw new CliError("CABINET_USAGE", message, `The shells are ${SHELLS.join(", ")}.`);
    }
    const script = readFileSync(
      new URL(`../../completions/cabinet.${shell}`, import.meta.url),
      "utf8",
    );
    return { data: { shell, script }, text: () => script.trimEnd() };
  },
};
