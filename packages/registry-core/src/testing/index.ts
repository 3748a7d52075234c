export type { StoreFactory } from "./store-factory.ts";
export { type StoreTestOptions, testStore } from "./test-store.ts";
