export {
  CREDENTIAL_TABLES,
  ERASED_TABLES,
  eraseAccount,
  eraseAccountData,
  KEPT_TABLES,
} from './account-data.ts';
export { exportLines, exportRows } from './account-export.ts';
export { cacheUntilChanged } from './cache-until-changed.ts';
export { eraseInPieces } from './erase-in-pieces.ts';
export {
  EXPORTED_OTHERWISE,
  EXPORTED_TABLES,
  type ExportedTable,
  NOT_EXPORTED,
} from './exported-tables.ts';
export { type HomeLock, lockHome } from './home-lock.ts';
export { checkInvariants, type Invariant, type InvariantCheck } from './invariants.ts';
export { copyFromPostgres } from './move/copy-from-postgres.ts';
export { copyToPostgres } from './move/copy-to-postgres.ts';
export type { MovedTable } from './move/tables.ts';
export {
  type Database,
  DatabaseConflict,
  type ParamRef,
  type Snapshot,
  SnapshotOver,
  type Statement,
  type WriteResult,
} from './port.ts';
export { openPostgresData, type PostgresData } from './postgres/open-postgres-data.ts';
export { placeOf } from './postgres/place-of.ts';
export { openPostgresDatabase } from './postgres/postgres-database.ts';
export { createPostgresSignals } from './postgres/postgres-signals.ts';
export {
  ALONE,
  createSharedPresence,
  createSolePresence,
  isOrphan,
  type Owner,
  type Presence,
} from './presence.ts';
export { createNameReader, type ReadNames } from './read-names.ts';
export type * from './schema.ts';
export { noSignals, type Signals } from './signals.ts';
export { type DataFile, openDataFile, SCHEMA_VERSION } from './sqlite/data-file.ts';
export { openSqliteDatabase } from './sqlite/sqlite-database.ts';
