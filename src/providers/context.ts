import { isSandboxAccount } from '../accounts/index.ts';
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
  readonly models: Pick<Models, 'resolve' | 'list' | 'serverProviders'>;
  readonly store: ProviderStore;
  readonly cache: AccountModelsCache;
  readonly operatorAccountId: () => Promise<string | undefined>;
}

/** What an account's addresses are checked by; undefined for a sandbox, for which nothing goes out. */
export function guardOf(
  { guardedHttp }: ProvidersContext,
  accountId: string,
): ProvidersContext['guardedHttp'] | undefined {
  return isSandboxAccount(accountId) ? undefined : guardedHttp;
}
