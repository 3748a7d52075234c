// Writes a text of so many characters; ends with 7 when the file would be too large for this process.
import { WriteError, writeFileAtomic } from "@x/atomic-fs";

const [path = "", size = "0"] = process.argv.slice(2);

try {
  await writeFileAtomic(path, "x".repeat(Number(size)));
} catch (error) {
  const { cause } = error instanceof WriteError ? error : { cause: undefined };
  process.exitCode = cause instanceof Error && "code" in cause && cause.code === "EFBIG" ? 7 : 8;
}
