import { type Config, ConfigError } from '../config/index.ts';
import {
  createDbosEngine,
  createEmbeddedEngine,
  type EmbeddedEngineOptions,
  type Engine,
  openDbos,
  schemasOfOthers,
} from '../engine/index.ts';

/** The engine that the settings name. `close` is for when its jobs are drained; the database is still open then. */
export async function openEngine(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'MUSTER_ENGINE'>,
  options: EmbeddedEngineOptions,
): Promise<{ readonly engine: Engine; close(): Promise<void> }> {
  if (config.MUSTER_ENGINE === 'embedded') {
    const engine = createEmbeddedEngine(options);
    return { engine, close: async () => engine.close() };
  }
  const url = config.DATABASE_DIRECT_URL ?? config.DATABASE_URL;
  if (url === undefined) {
    throw new ConfigError(
      'MUSTER_ENGINE dbos needs PostgreSQL: set DATABASE_URL, or MUSTER_ENGINE=embedded.',
    );
  }
  const { presence, log, db } = options;
  const [other] = await schemasOfOthers(db);
  if (other !== undefined) {
    throw new ConfigError(
      `MUSTER_ENGINE dbos needs a database that no other Muster is in, as DBOS's tables would be both's: the schema '${other}' has one. Give this one a database of its own, or set MUSTER_ENGINE=embedded.`,
    );
  }
  const dbos = await openDbos({ url, executorId: presence.id, log });
  const engine = createDbosEngine({ ...options, dbos });
  return {
    engine,
    async close() {
      engine.close();
      await dbos.close();
    },
  };
}
