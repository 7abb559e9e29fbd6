import type { paths } from '../../../api/schema.ts';

export type WebhookEvent =
  paths['/webhooks']['post']['requestBody']['content']['application/json']['events'][number];

/** What a webhook can be told of, in words. */
export const EVENTS: Readonly<Record<WebhookEvent, string>> = {
  'job.completed': 'A job of a crew is completed',
  'job.failed': 'A job has failed',
  'job.stopped': 'A job was stopped',
  'job.waiting_for_input': 'A job waits for a person',
  'task.completed': 'A task of a job is completed',
  'conversation.message': 'An agent has answered in a conversation',
  'credit.low': 'The credit of the account runs low',
  'schedule.failed': 'A schedule could not start its job',
};

export const EVENT_NAMES = Object.keys(EVENTS).filter((name): name is WebhookEvent => name in EVENTS);
