import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What lies below a folder: each path with its content, a link with where it leads. */
export function treeOf(folder: string, below = ""): Record<string, string> {
  const names = readdirSync(join(folder, below)).toSorted();
  return Object.assign(
    {},
    ...names.map((name) => {
      const path = below === "" ? name : `${below}/${name}`;
      const stats = lstatSync(join(folder, path));
      if (stats.isDirectory()) return { [`${path}/`]: "", ...treeOf(folder, path) };
      if (stats.isSymbolicLink()) return { [path]: `-> ${readlinkSync(join(folder, path))}` };
      if (!stats.isFile()) return { [path]: "special" };
      return { [path]: readFileSync(join(folder, path), "latin1") };
    }),
  );
}

/** The same without what a killed process leaves: its temporary files and its locks. */
export function treeWithoutLeftovers(folder: string): Record<string, string> {
  const isLeftover = (path: string): boolean => /\.lock(?:\.next)?$|\.tmp\.[^/]*$/.test(path);
  return Object.fromEntries(Object.entries(treeOf(folder)).filter(([path]) => !isLeftover(path)));
}

/** When everything below a folder was last changed, in nanoseconds. */
export function changeTimesOf(folder: string): Record<string, bigint> {
  const paths = ["", ...Object.keys(treeOf(folder))];
  return Object.fromEntries(
    paths.map((path) => [path, lstatSync(join(folder, path), { bigint: true }).ctimeNs]),
  );
}
