import { sql } from 'kysely';
import type { Database } from '../../db/index.ts';
import { raw } from '../embedded/store/claim.ts';

/**
 * In which other schemas of this database there is a Muster. DBOS's tables are in one schema, whatever the search path: what
 * is the job of one would be nobody's to the other, who would cancel its workflow.
 */
export async function schemasOfOthers(db: Database): Promise<string[]> {
  const found = await db.all(
    raw(
      db.build,
      sql<{ name: string }>`
        SELECT schemaname AS name FROM pg_tables
        WHERE tablename IN ('jobs', 'job_steps', 'holds') AND schemaname <> current_schema()
        GROUP BY schemaname HAVING count(*) = 3 ORDER BY schemaname`,
    ),
  );
  return found.map(({ name }) => name);
}
