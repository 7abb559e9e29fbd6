import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { ParamRef, Params, SqlValue, Statement } from './port.ts';
import type { Schema } from './schema.ts';

/** A Kysely that only builds and compiles; running is the Database's business. */
export function createQueryBuilder(dialect: 'sqlite' | 'postgres'): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect:
      dialect === 'sqlite'
        ? {
            createAdapter: () => new SqliteAdapter(),
            createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new SqliteIntrospector(db),
            createQueryCompiler: () => new SqliteQueryCompiler(),
          }
        : {
            createAdapter: () => new PostgresAdapter(),
            createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new PostgresIntrospector(db),
            createQueryCompiler: () => new PostgresQueryCompiler(),
          },
  });
}

export function toStatement(query: Compilable<unknown>, guard?: string): Statement {
  const compiled = query.compile();
  const params = compiled.parameters.map(toSqlValue);
  return guard === undefined ? { sql: compiled.sql, params } : { sql: compiled.sql, params, guard };
}

/** The position of a named parameter, found in the compiled query where a value would be. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Compiles `build` once and returns what makes a statement of it, by filling in values only. */
export function prepareStatement<P extends Params>(
  queries: Kysely<Schema>,
  build: (queries: Kysely<Schema>, param: ParamRef<P>) => Compilable<unknown>,
  guard?: string,
): (params: P) => Statement {
  // A Placeholder stands where the builder's types want the column's value; it never reaches the database.
  const param: ParamRef<P> = (name) => new Placeholder(name) as unknown as P[typeof name];
  const compiled: CompiledQuery = build(queries, param).compile();
  const { sql } = compiled;
  const paramsOf = readerOf<P>(compiled.parameters);
  return (values) => {
    const params = paramsOf(values);
    return guard === undefined ? { sql, params } : { sql, params, guard };
  };
}

/**
 * What reads a statement's parameters, in their order. It is made of source text, with one place of code for each: a name
 * that is looked up in a loop over all statements costs V8 a search each time, a hundred times a request.
 */
function readerOf<P extends Params>(slots: readonly unknown[]): (values: P) => SqlValue[] {
  const constants = slots.map((slot) => (slot instanceof Placeholder ? null : toSqlValue(slot)));
  const reads = slots.map((slot, index) =>
    slot instanceof Placeholder ? `values[${JSON.stringify(slot.name)}] ?? null` : `constants[${index}]`,
  );
  return new Function('constants', `return (values) => [${reads.join(', ')}];`)(constants);
}

function toSqlValue(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value instanceof Uint8Array) return value;
      throw new TypeError(`A query parameter of type ${typeof value} cannot be stored`);
  }
}
