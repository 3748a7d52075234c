import { SESSION } from "../../checkout.ts";
import type { Cases } from "../case.ts";
import { LOGIN_PLAN, NOW, PROFILE_PLAN, RETRY_PLAN, ROOT } from "../expected.ts";

export const PLANS: Cases = {
  plans: [
    {
      args: [],
      onlyLooks: true,
      data: { root: ROOT, plans: [RETRY_PLAN, PROFILE_PLAN, LOGIN_PLAN], untracked: ["search"] },
    },
  ],
  "plans show": [
    {
      args: ["login"],
      onlyLooks: true,
      data: {
        root: ROOT,
        plan: "login",
        path: "<checkout>/.ai/plan-login.md",
        status: "reviewed",
        createdAt: "2026-03-01T10:00:00.000Z",
        sessionID: SESSION,
        text: "# login\n",
      },
    },
    {
      args: ["sear"],
      onlyLooks: true,
      data: {
        root: ROOT,
        plan: "search",
        path: "<checkout>/.ai/plan-search.md",
        text: "# search\n\nthe profile page\n",
      },
    },
    { args: [], onlyLooks: true, exitCode: 1, error: "CABINET_PLAN_AMBIGUOUS" },
  ],
  "plans set-status": [
    {
      args: ["executed", "--session", SESSION],
      data: {
        root: ROOT,
        sessionID: SESSION,
        plan: { plan: "login", createdAt: "2026-03-01T10:00:00.000Z", status: "executed" },
      },
    },
    { args: ["done", "--session", SESSION], exitCode: 2, error: "CABINET_USAGE" },
  ],
  "plans adopt": [
    {
      args: ["search", "--session", "ses_new", "--parent", SESSION],
      data: {
        root: ROOT,
        sessionID: "ses_new",
        plan: { plan: "search", createdAt: NOW, status: "created", parentID: SESSION },
      },
    },
    { args: ["none", "--session", "ses_new"], exitCode: 1, error: "CABINET_PLAN_NOT_FOUND" },
  ],
};
