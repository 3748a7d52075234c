import { BoundedMap } from "./bounded-map.ts";
import type { ModelName } from "./opencode.ts";

/** Who works in a session. */
export interface Identity {
  /** `<agent>@<provider>/<model>`: what a set-up is called in the track record. */
  readonly agentId: string;
  readonly name: string;
  /** `<provider>/<model>` */
  readonly model: string;
}

export interface Session {
  readonly id: string;
  identity?: Identity;
  parentID?: string;
  /** Its present turn has ended with an error. */
  hasFailed: boolean;
  /** The last that was found. */
  lastCommit?: SessionCommit;
}

export interface SessionCommit {
  readonly hash: string;
  readonly project: string;
  /** The first line of its message. */
  readonly subject: string;
}

// A server may live for weeks. Who was not heard of for longer than so many others is forgotten.
const MOST_SESSIONS = 5_000;

/** What the client has told of the sessions of this instance. */
export class Sessions {
  readonly #sessions = new BoundedMap<Session>(MOST_SESSIONS);

  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The one of that id, the latest heard of. */
  hearOf(id: string): Session {
    const session = this.#sessions.get(id) ?? { id, hasFailed: false };
    this.#sessions.set(id, session);
    return session;
  }

  forget(id: string): void {
    this.#sessions.take(id);
  }

  identityOf(id: string): Identity | undefined {
    return this.#sessions.get(id)?.identity;
  }

  /** Those that started this one, the nearest first. */
  parentsOf(id: string): string[] {
    const parents: string[] = [];
    let parent = this.#sessions.get(id)?.parentID;
    while (parent !== undefined && parent !== id && !parents.includes(parent)) {
      parents.push(parent);
      parent = this.#sessions.get(parent)?.parentID;
    }
    return parents;
  }

  /** Those that this one has started, and theirs; the latest heard of first. */
  childrenOf(id: string): string[] {
    return this.#sessions
      .keys()
      .filter((other) => this.parentsOf(other).includes(id))
      .toReversed();
  }

  /** Whether both work on one thing: one has started the other, or one both. */
  isFamily(one: string, other: string): boolean {
    return this.#first(one) === this.#first(other);
  }

  #first(id: string): string {
    return this.parentsOf(id).at(-1) ?? id;
  }
}

export function identityOf(agent: string, { providerID, modelID }: ModelName): Identity {
  const model = `${providerID}/${modelID}`;
  return { agentId: `${agent}@${model}`, name: agent, model };
}
