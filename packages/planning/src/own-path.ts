import { fileURLToPath } from "node:url";

/** Where this file is; in a bundle, where the bundle is. */
export function ownPath(): string {
  return pathOf(import.meta.url);
}

function pathOf(url: string | undefined): string {
  // Some bundlers leave an empty `import.meta` in CommonJS, where the file has a name instead.
  return url === undefined ? __filename : fileURLToPath(url);
}
