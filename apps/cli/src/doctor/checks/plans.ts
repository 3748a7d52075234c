import { join } from "node:path";

import { listPlans, listTrash, type SessionPlanRow } from "@x/registry-core/session-plans";

import { plural } from "../../screen/plural.ts";
import { type Check, type Found, findingOf } from "../finding.ts";

/** Plans that sessions have registered, and whose files are gone. */
export const plans: Check = {
  id: "plans",
  look: async ({ plans: root }) => {
    const rows = await listPlans(root);
    const gone = rows.filter(({ fileExists }) => !fileExists);
    const names = new Set(gone.map(({ plan }) => plan));
    const trash = names.size === 0 ? [] : await listTrash(root);
    const found = [...names].map((name) => {
      const sessions = gone.filter(({ plan }) => plan === name);
      const path = join(root, ".ai", `plan-${name}.md`);
      // The latest is what was there last.
      const cleaning = trash.findLast((one) => one.plans.includes(name));
      return judge(name, path, sessions, cleaning?.id);
    });
    return { found, seen: plural(new Set(rows.map(({ plan }) => plan)).size, "plan") };
  },
};

function judge(
  name: string,
  path: string,
  sessions: readonly SessionPlanRow[],
  trash: string | undefined,
): Found {
  const whose = `${plural(sessions.length, "session")} registered the plan ${JSON.stringify(name)}, whose file is gone`;
  if (trash !== undefined) {
    return findingOf("plan-in-trash", {
      path,
      message: `${whose}; it was cleaned, and is in the trash.`,
      command: "cabinet restore",
      advice: `Bring it back: cabinet restore plans:${trash}`,
    });
  }
  return findingOf("plan-without-file", {
    path,
    message: `${whose}: a session that asks for it gets none.`,
    command: "cabinet plans",
    advice: "A plan of that name that is written again is theirs.",
  });
}
