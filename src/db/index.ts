export { cacheUntilChanged } from './cache-until-changed.ts';
export { type HomeLock, lockHome } from './home-lock.ts';
export {
  type Database,
  DatabaseConflict,
  type Statement,
  type WriteResult,
} from './port.ts';
export type * from './schema.ts';
export { openSqliteDatabase } from './sqlite/sqlite-database.ts';
