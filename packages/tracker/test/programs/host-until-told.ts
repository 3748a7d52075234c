// A host of agents: notes events in turn, and flushes now and then in a child, until its input ends. Arguments: the
// database, the agent, how many events; behind them the program that flushes.
import { untilAllAreReady } from "../../../../test/start-together.ts";
import { SnapshotDatabase } from "../../src/host/snapshot-database.ts";
import { journalFolderOf } from "../../src/journal/journal-folder.ts";
import { Journal } from "../../src/journal/journal.ts";
import { TrackingService } from "../../src/tracking-service.ts";
import { WriteBuffer } from "../../src/write-buffer.ts";

const [path = "", agentId = "", count = "0", ...command] = process.argv.slice(2);
const database = new SnapshotDatabase({ path, command });
const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
const service = new TrackingService(database, buffer);

await untilAllAreReady();
for (let index = 1; index <= Number(count); index += 1) {
  await service.trackToolUsage({ agentId });
  if (index % 3 === 0) await service.trackToolUsage({ agentId: "shared" });
  if (index % 100 !== 0) continue;
  const { errors } = await service.flushWriteBuffer();
  const { experience_points: points = 0 } = (await service.getAgentStatus(agentId)) ?? {};
  if (errors.length > 0 || points !== index) throw new Error(`${points}: ${errors.join("\n")}`);
}
// Some are left for whoever comes next.
for (let index = 0; index < 7; index += 1) await service.trackToolUsage({ agentId });
