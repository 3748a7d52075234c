// Makes calls on the run of a folder when it is told to, one after the other: each line of the input is an
// order, each line of the output its answer.
import { createInterface } from "node:readline";

import {
  joinRunState,
  openRunState,
  type RunOperations,
  type RunState,
} from "@x/planning/run-state";

import type { RunAnswer, RunOrder } from "../support/run-state-process.ts";

const [folder = "", executor = ""] = process.argv.slice(2);

let run: RunState | undefined;
let joined: RunOperations | undefined;

async function obey(order: RunOrder): Promise<RunAnswer> {
  switch (order.call) {
    case "open": {
      waitUntil(order.at);
      run = await openRunState(folder, { executor, timeoutMilliseconds: order.patience ?? 0 });
      return { ok: true, token: run.token };
    }
    case "join": {
      joined = await joinRunState(folder, order.token);
      return { ok: true };
    }
    case "issue": {
      await (joined ?? run)?.appendIssue({ title: order.title });
      return { ok: true };
    }
    case "close": {
      await run?.close();
      return { ok: true };
    }
  }
}

/** So that two processes begin within microseconds. */
function waitUntil(at = 0): void {
  while (Date.now() < at);
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer: RunAnswer;
  try {
    answer = await obey(JSON.parse(line));
  } catch (error) {
    const { code, message, holder } = Object(error);
    answer = { ok: false, code, message, holder: holder?.executor };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
