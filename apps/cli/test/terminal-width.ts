import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";

/** How many columns of a terminal a line takes, as the line editor of Node counts them, which no code of ours does. */
export function terminalWidth(line: string): number {
  const editor = createInterface({
    input: new PassThrough(),
    output: new PassThrough(),
    prompt: "",
    terminal: true,
  });
  try {
    editor.write(line);
    return editor.getCursorPos().cols;
  } finally {
    editor.close();
  }
}
