import { MusterError } from '../errors.ts';
import { NoAddress } from './guarded-connector.ts';
import type { GuardedHttp } from './types.ts';

/**
 * Throws as `vet` does, but for a name that has no address at this moment: it may have one later, and the same check is
 * made at every connection.
 */
export async function vetForLater(guardedHttp: Pick<GuardedHttp, 'vet'>, url: string): Promise<void> {
  try {
    await guardedHttp.vet(url);
  } catch (error) {
    if (!(error instanceof MusterError && error.details.cause instanceof NoAddress)) throw error;
  }
}
