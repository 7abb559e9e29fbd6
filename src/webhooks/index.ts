export { checkSealedSecrets } from './check-sealed-secrets.ts';
export { createWebhooks, type Webhooks } from './create-webhooks.ts';
export { webhookErrors } from './errors.ts';
export { cutText, type EventOutbox } from './outbox.ts';
export {
  type Attempt,
  DELIVERED_EVENTS,
  DELIVERY_STATUSES,
  type Delivery,
  type DeliveryWithAttempts,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
} from './types.ts';
