import { readFileSync } from "node:fs";
import { sep } from "node:path";

// Types that the kernel lists for what lies on another machine (Linux: /proc/filesystems, mount(8)),
// or behind a bridge to the host of a virtual machine, where maps of one file do not see each other.
const NETWORK_TYPES: ReadonlySet<string> = new Set([
  "9p",
  "afs",
  "beegfs",
  "ceph",
  "cifs",
  "coda",
  "davfs",
  "drvfs",
  "gfs2",
  "glusterfs",
  "lustre",
  "ncpfs",
  "nfs",
  "nfs4",
  "ocfs2",
  "orangefs",
  "prl_fs",
  "smb3",
  "smbfs",
  "vboxsf",
  "virtiofs",
  "vmhgfs",
]);

// What FUSE mounts for a program that speaks to another machine: `fuse.sshfs`.
const NETWORK_FUSE =
  /^fuse\.(ceph|curlftpfs|davfs2?|gcsfuse|glusterfs|goofys|grpcfuse|osxfs|rclone|s3fs|smbnetfs|sshfs|vmhgfs-fuse)/;

interface Mount {
  readonly point: string;
  readonly type: string;
}

/**
 * Why the folder, a real path, is on a network file system, or undefined when nothing is known to
 * speak for it. Known on Linux by the mounts of this process, on Windows by a path of the form
 * `\\server\share`; elsewhere nothing is found.
 */
export function networkFault(folder: string): string | undefined {
  return networkFaultAmong(folder, readMounts());
}

/** The same, where these are the mounts. */
export function networkFaultAmong(folder: string, mounts: readonly Mount[]): string | undefined {
  if (folder.startsWith("\\\\")) return "it lies on a network share";
  const mount = mountOf(folder, mounts);
  if (mount === undefined) return undefined;
  const isNetwork = NETWORK_TYPES.has(mount.type) || NETWORK_FUSE.test(mount.type);
  return isNetwork ? `it lies on a file system of type ${mount.type} (${mount.point})` : undefined;
}

/** The last one that covers the folder: later mounts lie over earlier ones. */
function mountOf(folder: string, mounts: readonly Mount[]): Mount | undefined {
  const covering = mounts.filter(
    ({ point }) =>
      point === sep ||
      folder === point ||
      folder.startsWith(point.endsWith(sep) ? point : point + sep),
  );
  const longest = Math.max(...covering.map(({ point }) => point.length));
  return covering.findLast(({ point }) => point.length === longest);
}

function readMounts(): Mount[] {
  try {
    return parseMounts(readFileSync("/proc/self/mountinfo", "utf8"));
  } catch {
    // No Linux, or no /proc: then nothing is known.
    return [];
  }
}

/** The mounts of a text of the form of proc_pid_mountinfo(5). */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [head = "", tail = ""] = line.split(" - ");
    const point = head.split(" ")[4];
    const type = tail.split(" ")[0];
    if (point === undefined || type === undefined || type === "") return [];
    return [{ point: unescapeOctal(point), type }];
  });
}

/** Spaces, tabs, newlines and backslashes are written as `\040`. */
function unescapeOctal(text: string): string {
  const bytes = text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return bytes;
}
