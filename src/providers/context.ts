import type { AuditRecorder } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { SecretBox } from '../lib/secrets.ts';
import type { Models } from '../models/index.ts';
import type { AccountModelsCache } from './account-models.ts';
import type { ProviderStore } from './store.ts';

/** What the verbs of this room share. */
export interface ProvidersContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly audit: AuditRecorder;
  readonly secrets: SecretBox;
  readonly guardedHttp: Pick<GuardedHttp, 'vet'>;
  readonly models: Pick<Models, 'resolve' | 'list'>;
  readonly store: ProviderStore;
  readonly cache: AccountModelsCache;
}
