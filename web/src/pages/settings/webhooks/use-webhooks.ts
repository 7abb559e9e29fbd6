import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';

export const WEBHOOKS_LIMIT = 25;

export function useWebhooks(page: number) {
  return useQuery({
    queryKey: ['webhooks', page],
    queryFn: () => ask(api.GET('/webhooks', { params: { query: { page, limit: WEBHOOKS_LIMIT } } })),
  });
}

export type Webhook = NonNullable<ReturnType<typeof useWebhooks>['data']>['webhooks'][number];

export function webhookStatus({ enabled, failing_since }: Webhook): string {
  if (!enabled) return 'disabled';
  return failing_since === null ? 'active' : 'failing';
}
