import { testFolders } from "./places-folders.ts";
import { testHomes } from "./places-home.ts";
import { builtCabinet } from "./places-program.ts";
import { testReadOnly } from "./places-read-only.ts";
import { testStreams } from "./places-streams.ts";
import { testTerminal } from "./places-terminal.ts";

const program = builtCabinet();
testFolders(program);
testReadOnly(program);
testHomes(program);
testStreams(program);
testTerminal(program);
