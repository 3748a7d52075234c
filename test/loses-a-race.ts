// A scheduler may let the processes of one race run one after the other.
const MOST_RACES = 20;

/** Lets a known-bad double race until it has lost something, and gives whether it did: a test that it passes proves nothing. */
export async function losesARace(race: () => Promise<boolean>): Promise<boolean> {
  for (let races = 0; races < MOST_RACES; races += 1) {
    if (await race()) return true;
  }
  return false;
}
