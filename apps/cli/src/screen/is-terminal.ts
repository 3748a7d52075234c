import { fstatSync } from "node:fs";

/** Whether the descriptor of this process leads to a terminal. */
export function isTerminal(descriptor: number): boolean {
  return isDevice(descriptor) && process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** What is none need not be asked of the module for terminals, which takes its time to load. */
function isDevice(descriptor: number): boolean {
  try {
    return process.platform === "win32" || fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It is closed.
    return false;
  }
}
