// A plugin that loads native code into the client, as ours does not.
import { open } from "lmdb";

export const loading = async (): Promise<object> => {
  if (typeof open !== "function") throw new Error("it was not loaded");
  return {};
};
