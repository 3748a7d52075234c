import fc from "fast-check";
import { expect, test } from "vitest";

import { isEnvFile } from "./env-file.ts";
import { redactGrepOutput } from "./env-grep-output.ts";

interface Found {
  readonly path: string;
  readonly lines: readonly string[];
}

/** As the client's own tool prints it. */
function grepOutput(files: readonly Found[], isMore = false): string {
  const count = files.reduce((sum, { lines }) => sum + lines.length, 0);
  const output = [`Found ${count} matches${isMore ? " (more matches available)" : ""}`];
  for (const [index, { path, lines }] of files.entries()) {
    if (index > 0) output.push("");
    output.push(`${path}:`);
    for (const [place, line] of lines.entries()) output.push(`  Line ${place + 1}: ${line}\n`);
  }
  if (isMore)
    output.push("", "(Results truncated. Consider using a more specific path or pattern.)");
  return output.join("\n");
}

const CODE: Found = { path: "/p/a.ts", lines: ["KEY", "const a = KEY:", "/x/.env:"] };
const ENV: Found = { path: "/p/sub dir/a:b/.env", lines: ["KEY=secret", "  Line 3: secret:"] };

test("the lines of env files are left out, and it is said of how many files", () => {
  const local = { path: "/p/.env.local", lines: ["KEY=secret"] };
  const output = redactGrepOutput(grepOutput([local, CODE, ENV]), isEnvFile);
  expect(output).toBe(
    `${grepOutput([CODE]).trimEnd()}\n\n(2 files were left out: env files are protected.)`,
  );
});

test("nothing but matches in an env file: none is told", () => {
  expect(redactGrepOutput(grepOutput([ENV]), isEnvFile)).toBe(
    "Found 0 matches\n\n(1 file was left out: env files are protected.)",
  );
});

test("that there are more is still said", () => {
  const output = redactGrepOutput(grepOutput([CODE, ENV], true), isEnvFile);
  expect(output).toContain("Found 3 matches (more matches available)\n/p/a.ts:");
  expect(output).toContain("(Results truncated.");
  expect(output).not.toContain("secret");
});

test.each(["", "No files found", grepOutput([CODE]), "Found 1 matches\n/p/.env:"])(
  "%j stays as it is",
  (output) => expect(redactGrepOutput(output, isEnvFile)).toBe(output),
);

const line = fc.oneof(
  fc.constantFrom(
    "/p/.env:",
    "/p/a:",
    "  Line 1: x",
    "Found 3 matches",
    "",
    ":",
    "(Results x",
    "x\r",
  ),
  fc.string({ maxLength: 10 }),
);
const files = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom("/a", "/b c", "/.env", "/x/.env.local", "/(Results", "C:\\.env"),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, selector: ({ path }) => path },
);

test("whatever the lines hold, exactly the other files are left", () => {
  fc.assert(
    fc.property(files, fc.boolean(), (found, isMore) => {
      const others = found.filter(({ path }) => !isEnvFile(path));
      const output = redactGrepOutput(grepOutput(found, isMore), isEnvFile);
      const isSame = others.length === found.length;
      const said = isSame ? output : output.slice(0, output.lastIndexOf("\n\n("));
      const squeezed = (text: string): string => text.replaceAll(/\n+/g, "\n").trimEnd();
      expect(squeezed(said)).toBe(squeezed(grepOutput(others, isMore)));
    }),
  );
});
