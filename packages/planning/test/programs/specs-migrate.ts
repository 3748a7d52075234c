// Migrates the specs of a checkout, and is killed right before its n-th call that changes a file. Prints
// how many there are, if it comes to that. `careless` is what such a program should not do.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

export interface MigrateOrder {
  readonly root: string;
  readonly how: "careful" | "careless";
  /** 0: never. */
  readonly killBefore: number;
}

const { root, how, killBefore }: MigrateOrder = JSON.parse(process.argv[2] ?? "{}");

let count = 0;
let isArmed = false;

function beforeChange(): void {
  if (!isArmed) return;
  count += 1;
  if (count === killBefore) process.kill(process.pid, "SIGKILL");
}

const CHANGING =
  "openSync writeSync writeFileSync renameSync unlinkSync symlinkSync linkSync mkdirSync fchmodSync fsyncSync";

for (const name of CHANGING.split(" ")) {
  const original: (...args: unknown[]) => unknown = Reflect.get(fs, name);
  const isChange = (flags: unknown): boolean =>
    name !== "openSync" || (typeof flags === "number" && (flags & fs.constants.O_CREAT) !== 0);
  Reflect.set(fs, name, (...args: unknown[]) => {
    if (isChange(args[1])) beforeChange();
    return Reflect.apply(original, fs, args);
  });
}
syncBuiltinESMExports();

/** Renames first, and writes in place: each kill in between is a state that no later run understands. */
async function migrateCarelessly(): Promise<void> {
  const { parseStatus } = await import("../../src/spec-status.ts");
  const planning = join(root, ".planning");
  const active = join(planning, ".active");
  isArmed = true;
  for (const folder of fs.readdirSync(planning).toSorted().toReversed()) {
    const path = join(planning, folder, "status.yaml");
    if (!fs.existsSync(path)) continue;
    const text = fs.readFileSync(path, "utf8");
    const { name } = parseStatus(text.replace("\uFEFF", ""));
    if (name === folder || fs.existsSync(join(planning, name))) continue;
    fs.renameSync(join(planning, folder), join(planning, name));
    const isActive = fs.existsSync(active) && fs.readFileSync(active, "utf8").trim() === folder;
    if (isActive) fs.writeFileSync(active, `${name}\n`);
    fs.writeFileSync(
      join(planning, name, "status.yaml"),
      text.replace("branch:", "last_known_branch:"),
    );
  }
}

if (how === "careless") await migrateCarelessly();
else {
  const { migrateSpecs } = await import("../../src/migrate-specs.ts");
  isArmed = true;
  migrateSpecs({ root });
}
isArmed = false;
process.stdout.write(String(count));
