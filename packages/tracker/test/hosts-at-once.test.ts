import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { TrackingService } from "../src/tracking-service.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";

const program = fileURLToPath(new URL("programs/host-until-told.ts", import.meta.url));

test("two hosts, the children that flush for them, and a process with the database open count each event once", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const count = 300;
  const hosts = ["one", "other"].map((agentId) =>
    runTypeScript(program, [path, agentId, String(count), ...flushCommand()], { stdio: "pipe" }),
  );
  const state = { running: hosts.length };
  const ends = hosts.map(async (host) => {
    const end = await endOf(host);
    state.running -= 1;
    return end;
  });
  await startTogether(hosts);
  // As a command does it, again and again: opens, applies what waits, changes something, closes.
  let visits = 0;
  while (state.running > 0) {
    const database = new LMDBDatabase(path);
    const service = new TrackingService(database, new WriteBuffer());
    expect((await database.applyJournals(`${path}.journals`)).failures).toEqual([]);
    await service.trackCommandCompletion({ agentId: "shared" });
    expect((await service.flushWriteBuffer()).errors).toEqual([]);
    await database.close();
    visits += 1;
  }
  for (const end of ends) expect(await end).toMatchObject({ code: 0, stderr: "" });
  const database = new LMDBDatabase(path);
  expect((await database.applyJournals(`${path}.journals`)).failures).toEqual([]);
  for (const agentId of ["one", "other"]) {
    expect(await database.getAgent(agentId)).toMatchObject({ experience_points: count + 7 });
  }
  const shared = (count / 3) * 2 + visits * 2;
  expect(await database.getAgent("shared")).toMatchObject({ experience_points: shared });
  await database.close();
});
