import type { AuditRecorder } from '../../audit/index.ts';
import type { Database } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { GuardedHttp } from '../../lib/guarded-http/index.ts';
import type { Ids } from '../../lib/ids.ts';
import type { SecretBox } from '../../lib/secrets.ts';
import type { FindToolUsers } from '../tool-users.ts';
import type { CustomToolStore } from './store.ts';

/** What the verbs of custom tools share. */
export interface CustomToolsContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly audit: AuditRecorder;
  readonly secrets: SecretBox;
  readonly guardedHttp: GuardedHttp;
  readonly store: CustomToolStore;
  readonly isBuiltIn: (name: string) => boolean;
  readonly findUsers: FindToolUsers;
}
