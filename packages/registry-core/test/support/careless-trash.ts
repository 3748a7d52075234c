import fs from "node:fs";
import { join } from "node:path";

/**
 * The known-bad double of the trash: it takes no lock, has a file in memory only for a moment, and puts
 * what comes back over what is there.
 */

const STAMP = "20260101T000000000Z";

function move(from: string, to: string): void {
  const content = fs.readFileSync(from);
  fs.unlinkSync(from);
  fs.writeFileSync(to, content);
}

function isOurs(name: string): boolean {
  return /^plan-.*\.md$|^\.session-plans\.json$/.test(name);
}

function moveAll(from: string, to: string): void {
  for (const name of fs.readdirSync(from).filter(isOurs)) {
    try {
      move(join(from, name), join(to, name));
    } catch {
      // Somebody else has moved it.
    }
  }
}

export function trashCarelessly(dir: string): void {
  const trash = join(dir, ".ai/.trash", STAMP);
  fs.mkdirSync(trash, { recursive: true });
  moveAll(join(dir, ".ai"), trash);
}

export function restoreCarelessly(dir: string, id: string = STAMP): void {
  moveAll(join(dir, ".ai/.trash", id), join(dir, ".ai"));
}
