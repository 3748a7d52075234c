import { join } from "node:path";

import { clearDanglingSpec, findDanglingSpec } from "@x/planning";

import { beginningOf } from "../../screen/beginning-of.ts";
import type { Copies } from "../copies.ts";
import { lookInto } from "../could-not-look.ts";
import { type Check, findingOf, type Look, type Mended } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";

const MOST_CHARACTERS = 100;

/** Whether what is noted down as the active spec is one. */
export const activeSpec: Check = {
  id: "active-spec",
  look: async ({ checkout: root }) => {
    const path = join(root, ".planning", ".active");
    return lookInto("The active spec", path, () => judge(root, path));
  },
};

/** Throws where it cannot be told: what this user may not read, may be a spec. */
function judge(root: string, path: string): Look {
  const noted = findDanglingSpec({ root });
  if (noted === undefined) return { found: [] };
  const name = JSON.stringify(beginningOf(noted, MOST_CHARACTERS));
  return {
    found: [
      findingOf("active-spec-dangling", {
        path,
        message: `${path} names ${name}, which is no spec here: none is active. Agents that ask which spec they work on are told of none.`,
        command: "cabinet planning list",
        advice: "Make one of them the active one: cabinet planning activate <spec>",
        fix: "moves the note to the copies, so that none is active, and said to be",
        mend: async (copies) => clear(root, copies),
      }),
    ],
  };
}

function clear(root: string, copies: Copies): Mended {
  const isCleared = clearDanglingSpec((path) => copies.take(path), { root }, LOCK_PATIENCE);
  return isCleared ? {} : { left: "it is a spec by now, or none is noted" };
}
