#!/usr/bin/env node
import { runCabinet } from "./run-cabinet.ts";

void runCabinet();
