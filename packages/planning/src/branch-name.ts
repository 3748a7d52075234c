// Characters that no ref may hold: git-check-ref-format(1); and controls and line ends beyond ASCII,
// which act on terminals and end a line of YAML for some.
const FORBIDDEN = /[ \p{Cc}\u2028\u2029~^:?*[\\]/u;
const MOST_CHARACTERS = 1000;

/**
 * Why no branch of git can have that name, undefined when one can (git-check-ref-format(1)). A hint is for
 * agents, who pass it on to git: one that starts with a dash would be an option there.
 */
export function branchFault(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > MOST_CHARACTERS) return "it is too long";
  if (!name.isWellFormed()) return "it is not valid Unicode";
  if (FORBIDDEN.test(name)) return "it holds a character that no branch may have";
  if (name.startsWith("-")) return "it starts with a dash";
  if (name.startsWith("refs/heads/")) return "it is not the short name";
  if (name === "HEAD") return "HEAD is no branch: none is checked out";
  if (name === "@" || name.includes("@{") || name.includes("..")) return "git gives it a meaning";
  const parts = name.split("/");
  if (parts.includes("")) return "a part of it is empty";
  if (name.endsWith(".")) return "it ends with a dot";
  if (parts.some((part) => part.startsWith(".") || part.endsWith(".lock"))) {
    return "a part of it starts with a dot or ends with .lock";
  }
  return undefined;
}
