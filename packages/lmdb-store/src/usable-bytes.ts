import { maximumSizeOf } from "./maximum-size.ts";
import { Room } from "./room.ts";

/**
 * How many bytes of its pages a database of that `maxSize` may have in use before it is full: what is kept back
 * for deleting is not among them. Throws `DatabaseSizeError`.
 */
export function usableBytes(maxSize?: number): number {
  return Room.mapSize(maximumSizeOf(maxSize));
}
