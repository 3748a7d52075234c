import { expect, test } from "vitest";

import { networkFault, networkFaultAmong, parseMounts } from "./network-file-system.ts";

const mounts = parseMounts(
  [
    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "30 21 0:40 / /home rw - nfs4 server:/home rw,vers=4.2",
    "31 30 0:41 / /home/me/scratch rw - tmpfs tmpfs rw",
    "32 21 0:42 / /mnt/with\\040space rw - fuse.sshfs me@host: rw",
    "33 21 0:43 / /mnt/usb rw - fuseblk /dev/sdb1 rw",
    "34 21 0:44 / /mnt/c rw - 9p C:\\134 rw",
    "35 21 0:45 / /over rw - nfs server:/x rw",
    "36 35 8:2 / /over rw - ext4 /dev/sdc1 rw",
    "",
  ].join("\n"),
);

test.each([
  ["/home/me/.config", "nfs4"],
  ["/home", "nfs4"],
  ["/mnt/with space/a", "fuse.sshfs"],
  ["/mnt/c/Users", "9p"],
])("%s lies on another machine (%s)", (folder, type) => {
  expect(networkFaultAmong(folder, mounts)).toContain(`of type ${type} (`);
});

test.each(["/", "/var/lib", "/home/me/scratch/a", "/homes", "/mnt/usb/a", "/over/a"])(
  "%s lies on this machine",
  (folder) => expect(networkFaultAmong(folder, mounts)).toBeUndefined(),
);

test("a share of Windows is known by its path", () => {
  expect(networkFaultAmong("\\\\server\\share\\folder", [])).toContain("network share");
});

test("nothing is said where no mounts are known", () => {
  expect(networkFaultAmong("/home", [])).toBeUndefined();
});

test("the folder of this test lies on no network file system", () => {
  expect(networkFault(process.cwd())).toBeUndefined();
});
