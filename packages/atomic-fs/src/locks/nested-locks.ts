import { AsyncLocalStorage } from "node:async_hooks";

interface Section {
  readonly lockPath: string;
  readonly outer: Section | undefined;
  isOver: boolean;
}

/** The asynchronous sections that the running code is part of. */
const sections = new AsyncLocalStorage<Section>();

/** Runs `section` such that what it starts can be told to be inside the lock until it is over. */
export async function runInside<R>(lockPath: string, section: () => R | Promise<R>): Promise<R> {
  const inner: Section = { lockPath, outer: runningSection(), isOver: false };
  try {
    return await sections.run(inner, section);
  } finally {
    inner.isOver = true;
  }
}

export function isInsideSection(): boolean {
  return runningSection() !== undefined;
}

/** The innermost section that is not over. Those that are would pile up in work that goes on from them. */
function runningSection(): Section | undefined {
  let section = sections.getStore();
  while (section?.isOver === true) section = section.outer;
  return section;
}

/** Throws a TypeError for code that asks for the lock that it is part of: it would wait for itself. */
export function refuseNesting(path: string, lockPath: string): void {
  for (let section = runningSection(); section !== undefined; section = section.outer) {
    if (!section.isOver && section.lockPath === lockPath) {
      throw new TypeError(`a section under the lock of ${path} asks for that lock again`);
    }
  }
}
