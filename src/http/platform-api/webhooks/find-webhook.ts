import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

type Deps = Pick<PlatformApiDeps, 'webhooks'>;

export function findWebhook({ webhooks }: Deps): FindObject {
  return ({ accountId }, { id = '' }) => webhooks.get(accountId, id);
}

export function findDelivery({ webhooks }: Deps): FindObject {
  return ({ accountId }, { id = '', delivery_id: deliveryId = '' }) =>
    webhooks.getDelivery(accountId, id, deliveryId);
}
