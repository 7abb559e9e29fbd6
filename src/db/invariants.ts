import type { RawBuilder } from 'kysely';
import type { Database } from './port.ts';

/** What the stored data keeps at every moment, whatever was killed when. Declared by the room whose tables it is about. */
export interface Invariant {
  /** A sentence that says what holds. */
  readonly name: string;
  /** One row: how many things it is about. */
  readonly count: RawBuilder<{ count: number }>;
  /** A row for each thing that breaks it, as a line for the operator; by database, where they say it differently. */
  readonly broken:
    | RawBuilder<{ problem: string }>
    | Readonly<Record<Database['dialect'], RawBuilder<{ problem: string }>>>;
}

/** An invariant as it was found. It holds when there are no problems. */
export interface InvariantCheck {
  readonly name: string;
  readonly count: number;
  /** At most MAX_PROBLEMS of them. */
  readonly problems: readonly string[];
}

/** More than anybody reads; the first few tell what is wrong. */
const MAX_PROBLEMS = 100;

/** Looks at the data only. For one answer while others write, `db` must read from one moment (openDataFile). */
export async function checkInvariants(
  db: Pick<Database, 'build' | 'all'> & { readonly dialect?: Database['dialect'] },
  invariants: readonly Invariant[],
): Promise<InvariantCheck[]> {
  const all = <Row>(query: RawBuilder<Row>) => db.all({ compile: () => query.compile(db.build) });
  const checks: InvariantCheck[] = [];
  for (const { name, count, broken } of invariants) {
    try {
      const [counted] = await all(count);
      const question = 'sqlite' in broken ? broken[db.dialect ?? 'sqlite'] : broken;
      const problems = (await all(question)).slice(0, MAX_PROBLEMS).map(({ problem }) => problem);
      checks.push({ name, count: counted?.count ?? 0, problems });
    } catch (error) {
      // On a damaged file, the one thing that must still be told.
      const reason = error instanceof Error ? error.message : String(error);
      checks.push({ name, count: 0, problems: [`It could not be checked: ${reason}`] });
    }
  }
  return checks;
}
