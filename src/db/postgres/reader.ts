import { PostgresConnection } from './connection.ts';
import type { Command, CommandResult } from './exchange.ts';
import { ConnectionLost, isServerAway, isStalePlan, unavailable } from './unavailable.ts';

/** Reads that go out together at most. */
const GROUP = 64;
/** A connection that cannot be had while others are open is left alone for this long. */
const REST_MS = 1_000;
/** An idle connection may have been closed by the server: a read that hits such a one is made again. */
const TRIES = 2;

interface Read {
  readonly command: Command;
  readonly resolve: (rows: readonly unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs queries on a few connections. Those that are asked for while a connection is busy go out together as soon as it is
 * free: many requests at once share round trips instead of waiting for connections.
 */
export class Reader {
  readonly #connections: readonly PostgresConnection[];
  readonly #idle: PostgresConnection[];
  readonly #group: number;
  #waiting: Read[] = [];
  #scheduled = false;

  /** `together`: whether queries may share a round trip; not for long ones. */
  constructor(
    options: ConstructorParameters<typeof PostgresConnection>[0],
    size: number,
    { together }: { readonly together: boolean },
  ) {
    this.#connections = Array.from({ length: size }, () => new PostgresConnection(options));
    this.#idle = [...this.#connections];
    this.#group = together ? GROUP : 1;
  }

  query(command: Command): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      if (this.#scheduled || this.#idle.length === 0) return;
      this.#scheduled = true;
      // What else is asked for in this turn goes along.
      setImmediate(() => {
        this.#scheduled = false;
        this.#send();
      });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  #send(): void {
    while (this.#waiting.length > 0) {
      // One that is open already before one that would have to be made.
      const open = this.#idle.findLastIndex((connection) => connection.isOpen);
      const [connection] = this.#idle.splice(open, 1);
      if (!connection) return;
      const group = this.#waiting.splice(0, this.#group);
      void this.#run(connection, group).then((restMs) => {
        const free = (): void => {
          this.#idle.push(connection);
          this.#send();
        };
        if (restMs > 0) setTimeout(free, restMs).unref();
        else free();
        this.#send();
      });
    }
  }

  /** For how long the connection is to be left alone then. */
  async #run(connection: PostgresConnection, group: readonly Read[]): Promise<number> {
    try {
      const results = await attempt(connection, group);
      const at = connection.bounds.length;
      for (const [index, { resolve }] of group.entries()) resolve(results[at + index]?.rows ?? []);
    } catch (error) {
      const [only] = group;
      if (isUnopened(error) && this.#connections.some(({ isOpen, isOpening }) => isOpen || isOpening)) {
        // The server may have no more connections for us: those that there are do it.
        this.#waiting.unshift(...group);
        return REST_MS;
      }
      if (isAway(error)) for (const { reject } of group) reject(unavailable(error));
      else if (group.length === 1) only?.reject(error);
      // One of them is at fault: each by itself.
      else for (const read of group) await this.#run(connection, [read]);
    }
    return 0;
  }
}

async function attempt(connection: PostgresConnection, group: readonly Read[]): Promise<CommandResult[]> {
  for (let tried = 1; ; tried++) {
    try {
      return await connection.run([...connection.bounds, ...group.map(({ command }) => command)]);
    } catch (error) {
      const again = isStalePlan(error) || (error instanceof ConnectionLost && error.sent);
      if (!again || tried === TRIES) throw error;
    }
  }
}

function isUnopened(error: unknown): boolean {
  return error instanceof ConnectionLost && !error.sent;
}

function isAway(error: unknown): boolean {
  return error instanceof ConnectionLost || isServerAway(error);
}
