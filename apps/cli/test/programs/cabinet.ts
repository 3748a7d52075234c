// The command from sources, as the bin runs it from dist.
import { runCabinet } from "../../src/run-cabinet.ts";

await runCabinet();
