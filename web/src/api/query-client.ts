import { QueryClient } from '@tanstack/react-query';
import { toApiError } from './api-error.ts';

const MAX_RETRIES = 2;

/** Reads are asked again when the server was away or busy; a refusal is final. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry(failures, thrown) {
          const { status } = toApiError(thrown);
          return failures < MAX_RETRIES && (status === 0 || status >= 500);
        },
      },
    },
  });
}
