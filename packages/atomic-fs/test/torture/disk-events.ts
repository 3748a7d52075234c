import type { DiskEvent } from "./crash-states.ts";
import type { SystemCall } from "./strace.ts";

/** The calls that change what is on the disk, of one process, as strace tells them in full. */
export function diskEvents(calls: readonly SystemCall[], root: string): DiskEvent[] {
  const events = calls.flatMap(eventsOf);
  return events.filter((event) => pathOf(event)?.startsWith(`${root}/`) ?? true);
}

function pathOf(event: DiskEvent): string | undefined {
  if (event.kind === "acknowledged") return undefined;
  // The sync of the folder itself stays, too.
  const path = "path" in event ? event.path : event.to;
  return event.kind === "sync" ? `${path}/` : path;
}

/** A file of this name that is looked for is the sign that a step is done. */
const ACKNOWLEDGEMENT = /\/acknowledged-(\d+)$/;

function eventsOf({ name, text }: SystemCall): DiskEvent[] {
  const paths = [...text.matchAll(/"([^"]*)"/g)].map(([, path = ""]) => unescape(path).toString());
  const [path = "", second = ""] = paths;
  const step = ACKNOWLEDGEMENT.exec(path)?.[1];
  if (step !== undefined) return [{ kind: "acknowledged", step: Number(step) }];
  if (/= -1 E/.test(text)) return [];
  const described = unescape(/^\d+<([^>]*)>/.exec(text)?.[1] ?? "").toString();
  switch (name) {
    case "open":
    case "openat": {
      if (text.includes("O_EXCL")) return [{ kind: "create", path }];
      // What opens a file in another way to write changes it in place.
      return text.includes("O_TRUNC") ? [{ kind: "truncate", path }] : [];
    }
    case "write":
    case "pwrite64": {
      const bytes = unescape(/"([^"]*)"/.exec(text)?.[1] ?? "");
      return [{ kind: "write", path: described, bytes }];
    }
    case "fsync":
    case "fdatasync":
      return [{ kind: "sync", path: described }];
    case "rename":
    case "renameat2":
      return [{ kind: "rename", from: path, to: second }];
    case "link":
      return [{ kind: "link", from: path, to: second }];
    case "symlink":
      return [{ kind: "symlink", path: second, text: path }];
    case "unlink":
      return [{ kind: "remove", path }];
    case "mkdir":
      return [{ kind: "mkdir", path }];
    default:
      return [];
  }
}

/** `\x41` and plain letters, as strace writes them. */
function unescape(text: string): Buffer {
  if (!text.includes("\\x")) return Buffer.from(text);
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}
