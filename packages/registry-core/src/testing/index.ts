export { type StoreTestOptions, testStore } from "./test-store.ts";
