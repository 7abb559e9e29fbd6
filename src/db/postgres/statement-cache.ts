import { hash } from 'node:crypto';
import type { PreparedStatement, StatementCache } from './exchange.ts';

/** Each takes memory in the server, on each connection. Past this, texts are prepared for one use. */
const CAPACITY = 500;

/**
 * Names say what they stand for: where a pooler hands a session's statements on to others, the same name can only mean the
 * same text. `keepNothing` is for when the pooler loses them.
 */
export function createStatementCache(): StatementCache & { clear(): void; keepNothing(): void } {
  const known = new Map<string, PreparedStatement>();
  let discarded: string[] = [];
  let capacity = CAPACITY;
  return {
    find: (key) => known.get(key),
    add(key) {
      if (known.size >= capacity) return undefined;
      const statement = { name: `m${hash('sha256', key, 'base64url').slice(0, 22)}`, reader: undefined };
      known.set(key, statement);
      return statement;
    },
    forget(key) {
      const statement = known.get(key);
      if (!statement) return;
      known.delete(key);
      discarded.push(statement.name);
    },
    takeDiscarded() {
      const names = discarded;
      discarded = [];
      return names;
    },
    clear() {
      known.clear();
      discarded = [];
    },
    keepNothing() {
      capacity = 0;
      known.clear();
      discarded = [];
    },
  };
}
