#!/usr/bin/env node
import { runCabinet } from "../dist/run-cabinet.js";

await runCabinet();
