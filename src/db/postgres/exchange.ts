import type { SqlValue } from '../port.ts';
import { type ColumnDescription, createRowReader, type RowReader, readRow } from './row-reader.ts';

export interface Command {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

export interface CommandResult {
  readonly rows: readonly unknown[];
  /** Rows that were changed or returned. */
  readonly count: number;
}

/** A statement that one connection has prepared, or is preparing. */
export interface PreparedStatement {
  readonly name: string;
  reader: RowReader | undefined;
}

/** The part of the driver's connection that is used here; it sends messages of PostgreSQL's protocol. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(query: { name: string; text: string; types: number[] }, more: boolean): void;
  describe(message: { type: string; name?: string }, more: boolean): void;
  bind(config: { statement?: string; values?: (Buffer | null | string)[] }, more: boolean): void;
  execute(config: null, more: boolean): void;
  close(message: { type: string; name?: string }, more: boolean): void;
  sync(): void;
}

/** What a connection remembers between exchanges. */
export interface StatementCache {
  find(key: string): PreparedStatement | undefined;
  /** Undefined when no more are to be remembered: the statement is then prepared for this one use. */
  add(key: string): PreparedStatement | undefined;
  forget(key: string): void;
  /** Names of statements that the server may still have and nobody will use. */
  takeDiscarded(): readonly string[];
}

const FOR_ONCE = '';

/**
 * Sends any number of commands at once and reads all replies: one round trip. They end with one Sync, so outside of a
 * transaction block they are one transaction. Texts are prepared at their first use on a connection.
 */
export class Exchange {
  readonly done: Promise<CommandResult[]>;
  readonly #commands: readonly Command[];
  readonly #cache: StatementCache;
  readonly #statements: PreparedStatement[] = [];
  readonly #fresh = new Map<number, string>();
  readonly #results: CommandResult[];
  #rows: unknown[] = [];
  #resolve: (results: CommandResult[]) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** `results` gets what each command came to, as it comes: when one fails, those before it. */
  constructor(commands: readonly Command[], cache: StatementCache, results: CommandResult[]) {
    this.#results = results;
    this.#commands = commands;
    this.#cache = cache;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(wire: Wire): Error | null {
    wire.stream.cork();
    try {
      for (const name of this.#cache.takeDiscarded()) wire.close({ type: 'S', name }, true);
      for (const [index, command] of this.#commands.entries()) this.#send(wire, command, index);
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  #send(wire: Wire, { sql, params }: Command, index: number): void {
    const types = params.map(typeOf);
    const key = types.length === 0 ? sql : `${types.join()} ${sql}`;
    let statement = this.#cache.find(key);
    if (!statement) {
      const added = this.#cache.add(key);
      if (added) this.#fresh.set(index, key);
      statement = added ?? { name: FOR_ONCE, reader: undefined };
      wire.parse({ name: statement.name, text: sql, types }, true);
      wire.describe({ type: 'S', name: statement.name }, true);
    }
    this.#statements.push(statement);
    wire.bind({ statement: statement.name, values: params.map(toWire) }, true);
    wire.execute(null, true);
  }

  handleRowDescription({ fields }: { readonly fields: readonly ColumnDescription[] }): void {
    const statement = this.#statements[this.#results.length];
    if (statement) statement.reader = createRowReader(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const reader = this.#statements[this.#results.length]?.reader;
    if (reader) this.#rows.push(readRow(reader, fields));
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#results.push({ rows: this.#rows, count: countOf(text) });
    this.#rows = [];
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#results);
  }

  handleError(error: unknown): void {
    // What was to be prepared at or after the command that failed may or may not have been.
    for (const [index, key] of this.#fresh) if (index >= this.#results.length) this.#cache.forget(key);
    this.#reject(error);
  }
}

/** `INSERT 0 3`, `UPDATE 2`, `SELECT 5`; nothing for `BEGIN`. */
function countOf(tag: string): number {
  return Number(/\d+$/.exec(tag)?.[0] ?? 0);
}

/** Types are said with each text, so that a parameter means the same wherever it stands. What null is, PostgreSQL infers. */
function typeOf(value: SqlValue): number {
  switch (typeof value) {
    case 'string':
      return 25;
    case 'bigint':
      return 20;
    case 'number':
      return Number.isInteger(value) ? 20 : 701;
    default:
      return value === null ? 0 : 17;
  }
}

function toWire(value: SqlValue): string | Buffer | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = String(value);
  // PostgreSQL's text cannot hold the character NUL.
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
