import type { WebhookEvent } from './types.ts';

interface Subscriber {
  readonly id: string;
  readonly accountId: string;
  readonly events: readonly WebhookEvent[];
}

/**
 * Which webhooks are to be told of what, in memory: asked at every turn of a conversation, it has to cost nothing for
 * an account that has none.
 */
export class Registry {
  readonly #byAccount = new Map<string, Map<string, readonly WebhookEvent[]>>();
  #changes = 0;

  /** Loads all that are enabled. What is put or removed while they are read may not be in it: then they are read again. */
  async refresh(read: () => Promise<readonly Subscriber[]>): Promise<void> {
    let subscribers: readonly Subscriber[];
    let before: number;
    do {
      before = this.#changes;
      subscribers = await read();
    } while (before !== this.#changes);
    this.#byAccount.clear();
    for (const subscriber of subscribers) this.put(subscriber);
  }

  put({ id, accountId, events }: Subscriber): void {
    this.#changes += 1;
    const known = this.#byAccount.get(accountId) ?? new Map<string, readonly WebhookEvent[]>();
    this.#byAccount.set(accountId, known.set(id, events));
  }

  remove(accountId: string, id: string): void {
    this.#changes += 1;
    const known = this.#byAccount.get(accountId);
    known?.delete(id);
    if (known?.size === 0) this.#byAccount.delete(accountId);
  }

  wanting(accountId: string, event: WebhookEvent): readonly string[] {
    const known = this.#byAccount.get(accountId);
    if (!known) return NOBODY;
    return [...known].flatMap(([id, events]) => (events.includes(event) ? [id] : []));
  }

  get isEmpty(): boolean {
    return this.#byAccount.size === 0;
  }
}

const NOBODY: readonly string[] = [];
