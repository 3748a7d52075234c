import type { Store } from "../store/store.ts";

/**
 * Where stores come from: a module that exports `openStore(folder, ...args)`, which gives a store whose
 * place is in the folder. A module, because other processes open it, too.
 */
export interface StoreFactory {
  /** An absolute URL: `new URL("open-store.ts", import.meta.url)`. */
  readonly module: string | { readonly href: string };
  readonly args?: readonly string[] | undefined;
}

export function hrefOf({ module }: StoreFactory): string {
  return typeof module === "string" ? module : module.href;
}

export async function openStore(factory: StoreFactory, folder: string): Promise<Store> {
  const { args = [] } = factory;
  const module = hrefOf(factory);
  const exports: unknown = await import(/* @vite-ignore */ module);
  if (!hasOpenStore(exports)) throw new TypeError(`${module} exports no openStore`);
  return exports.openStore(folder, ...args);
}

interface StoreExports {
  openStore(folder: string, ...args: readonly string[]): Store | Promise<Store>;
}

function hasOpenStore(exports: unknown): exports is StoreExports {
  return (
    typeof exports === "object" &&
    exports !== null &&
    "openStore" in exports &&
    typeof exports.openStore === "function"
  );
}
