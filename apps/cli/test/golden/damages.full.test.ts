import { expect, test } from "vitest";

import { DAMAGES } from "./conditions.ts";
import { faultsIn } from "./faults-in.ts";

test.each(Object.entries(DAMAGES))(
  "every command keeps to what holds for all of them %s",
  async (_, condition) => expect(await faultsIn(condition)).toEqual([]),
);
