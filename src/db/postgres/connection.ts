import type { Client } from 'pg';
import { type Command, type CommandResult, Exchange } from './exchange.ts';
import { createStatementCache } from './statement-cache.ts';
import {
  ConnectionLost,
  isForgottenStatement,
  isServerAway,
  isStalePlan,
  sqlStateOf,
} from './unavailable.ts';
import { watchReply } from './watch-reply.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** After a failed attempt the next ones fail at once for this long, so that a storm of requests makes no storm of connects. */
const CONNECT_PAUSE_MS = 200;

/** Said to the server rather than asked for at connecting: a pooler between passes the one and refuses the other. */
const BOUNDS = {
  statement_timeout: `${STATEMENT_TIMEOUT_MS}`,
  lock_timeout: '10000',
  // A process that was stopped in the middle of a transaction must not keep others waiting until it is given up.
  idle_in_transaction_session_timeout: '5000',
};
const SESSION = Object.entries(BOUNDS)
  .map(([name, value]) => `SET ${name} = ${value};`)
  .join(' ');

/** The same for one transaction only: first in each where a pooler gives the session to others in between. */
const TRANSACTION_BOUNDS: Command = {
  sql: `SELECT ${Object.entries(BOUNDS).map(([name, value]) => `set_config('${name}', '${value}', true)`)}`,
  params: [],
};

export interface ConnectionOptions {
  readonly url: string;
  /** As the server's list of connections shows it. */
  readonly name: string;
  /** Added to what every session is set up with. */
  readonly setup?: string;
  readonly onNotification?: (channel: string, payload: string) => void;
  readonly onLost?: () => void;
  /** A pooler in transaction mode is between: what is set for a session would be set for anybody. */
  readonly isPooled?: boolean;
  /**
   * For one piece of work rather than for requests: waits for replies as long as they take (lift the session's own bounds,
   * too: PATIENTLY), and prepares nothing, so that it does not matter which pooler is between.
   */
  readonly isPatient?: boolean;
}

/** In a transaction that may take long. */
export const PATIENTLY = `SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0`;

/** One connection to PostgreSQL, made at its first use and again after it was lost. Does one exchange at a time. */
export class PostgresConnection {
  readonly #options: ConnectionOptions;
  readonly #statements = createStatementCache();
  #client: Client | undefined;
  /** Of the server, for this connection. */
  #processId: number | undefined;
  #connecting: Promise<Client> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #failure: unknown;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    if (options.isPatient) this.#statements.keepNothing();
  }

  /** What each transaction begins with, after its BEGIN if it has one. */
  get bounds(): readonly Command[] {
    return this.#options.isPooled ? [TRANSACTION_BOUNDS] : [];
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  get isOpening(): boolean {
    return this.#connecting !== undefined;
  }

  /** Rejects with ConnectionLost, or with the server's error; `results` then has what came before it. */
  async run(commands: readonly Command[], results: CommandResult[] = []): Promise<CommandResult[]> {
    const client = this.#client ?? (await this.#connect());
    const exchange = new Exchange(commands, this.#statements, results);
    const { isPatient, isPooled, url } = this.#options;
    const session = { url, processId: isPooled ? undefined : this.#processId };
    const endWatch = isPatient
      ? undefined
      : watchReply(session, () => this.#drop(client, new Error('No reply in time')));
    try {
      // The driver's type for what it submits leaves out the half of its own protocol.
      client.query(exchange as unknown as Parameters<Client['query']>[0]);
      return await exchange.done;
    } catch (error) {
      if (sqlStateOf(error) === '' || isServerAway(error)) {
        this.#drop(client, error);
        throw new ConnectionLost(true, error);
      }
      if (isForgottenStatement(error)) this.#statements.keepNothing();
      if (isStalePlan(error)) this.#drop(client, error);
      throw error;
    } finally {
      endWatch?.();
    }
  }

  /** Runs a text of several statements without parameters. */
  async script(text: string): Promise<void> {
    const client = this.#client ?? (await this.#connect());
    await client.query(text);
  }

  /** Connects if it is not connected. */
  async open(): Promise<void> {
    if (!this.#client) await this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<Client> {
    if (this.#closed) throw new Error('The database is closed');
    if (performance.now() - this.#failedAt < CONNECT_PAUSE_MS) throw new ConnectionLost(false, this.#failure);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<Client> {
    const { url, name, setup = '', onNotification, isPooled } = this.#options;
    const { default: pg } = await import('pg');
    const client = new pg.Client({
      connectionString: url,
      fallback_application_name: name,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    client.on('error', (error) => this.#drop(client, error));
    client.on('end', () => this.#drop(client, new Error('The connection ended')));
    if (onNotification)
      client.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''));
    try {
      await client.connect();
      await client.query(`${isPooled ? '' : SESSION} ${setup}`);
      const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
      this.#processId = rows[0]?.id;
      if (this.#closed) throw new Error('The database is closed');
    } catch (error) {
      this.#failedAt = performance.now();
      this.#failure = error;
      client.end().catch(() => undefined);
      throw new ConnectionLost(false, error);
    }
    this.#statements.clear();
    this.#client = client;
    return client;
  }

  #drop(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#failure = error;
    // The server rolls back what was open; nothing waits for its good-bye.
    client.connection.stream.destroy();
    if (!this.#closed) this.#options.onLost?.();
  }
}
