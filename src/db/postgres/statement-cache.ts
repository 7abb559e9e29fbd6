import type { PreparedStatement, StatementCache } from './exchange.ts';

/** Each takes memory in the server, on each connection. Past this, texts are prepared for one use. */
const CAPACITY = 500;

export function createStatementCache(): StatementCache & { clear(): void } {
  const known = new Map<string, PreparedStatement>();
  let discarded: string[] = [];
  let made = 0;
  return {
    find: (key) => known.get(key),
    add(key) {
      if (known.size >= CAPACITY) return undefined;
      const statement = { name: `m${++made}`, reader: undefined };
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
  };
}
