import { expect, test } from "vitest";

import { type AgentHistory, parseHistory } from "./agent-history.ts";
import { renderJson } from "./json-document.ts";
import { pruned } from "./pruned-history.ts";

const MEBIBYTE = 2 ** 20;
const FINISHED = ["a1", "a2"].map((agent_id) => ({ agent_id, status: "completed" }));

/** With entries that have finished before one that runs and whose task makes the file so large. */
function historyOf(finished: readonly object[], length: number): AgentHistory {
  const running = { agent_id: "b", status: "spawned", task_description: "x".repeat(length) };
  const document = { version: "1.0", max_entries: 50, entries: [...finished, running] };
  return parseHistory(Buffer.from(renderJson(document)));
}

function bytesOf({ document }: AgentHistory): number {
  return Buffer.byteLength(renderJson(document));
}

test("of what is too much for the file no more goes than has to, to the byte", () => {
  const rest = MEBIBYTE - bytesOf(historyOf(FINISHED.slice(1), 0));
  const ids = (length: number): unknown[] =>
    pruned(historyOf(FINISHED, length)).entries.map(({ agent_id }) => agent_id);
  expect(bytesOf(historyOf(FINISHED.slice(1), rest))).toBe(MEBIBYTE);
  expect(ids(rest)).toEqual(["a2", "b"]);
  expect(ids(rest + 1)).toEqual(["b"]);
});
