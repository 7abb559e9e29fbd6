import type { SealedPlace } from '../lib/secrets.ts';

/** Where a provider's key is sealed; it opens nowhere else. */
export function keyPlace(accountId: string, providerId: string): SealedPlace {
  return { accountId, table: 'providers', row: providerId, column: 'api_key_sealed' };
}
