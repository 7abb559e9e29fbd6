import { type Actor, SYSTEM } from '../../audit/index.ts';
import type { Statement } from '../../db/index.ts';
import type { WebhookContext } from '../context.ts';
import type { StoredWebhook } from '../store.ts';
import type { Attempt, Delivery } from '../types.ts';
import { secretPlace } from '../webhook-secret.ts';
import { type StoredDelivery, TO_BE_DISABLED } from './delivery-store.ts';
import { pauseAfter } from './retry-schedule.ts';
import { type Answer, send } from './send.ts';

const DISPATCHER: Actor = { ...SYSTEM, name: 'webhook delivery' };
/** For how long beyond its deadline an attempt stays claimed; after that another process may make it again. */
const CLAIM_MARGIN_MS = 15_000;

/**
 * Makes the next attempt of a delivery: claimed first, so that nobody else makes it, and kept with what follows from it.
 * Resolves to the delivery as it is then; undefined when somebody else makes the attempt, or nothing is to be sent.
 */
export async function attemptDelivery(
  context: Omit<WebhookContext, 'dispatcher'>,
  pending: StoredDelivery,
): Promise<{ readonly delivery: Delivery; readonly attempt: Attempt } | undefined> {
  const { db, clock, deliveries, guardedHttp, timeoutMs, signal } = context;
  const webhook = await deliveries.findWebhook(pending.accountId, pending.webhookId);
  const isWanted = webhook?.disabledAt === undefined || pending.maxAttempts === 1;
  if (!webhook || !isWanted) return undefined;
  const at = clock.now();
  const claim = deliveries.claim(pending, at + timeoutMs + CLAIM_MARGIN_MS);
  // A kill loses the claim together with the attempt, or leaves both: then it runs out.
  const claimed = await db.write([claim], { ack: 'applied' });
  if (!claimed.ok) return undefined;
  const delivery = { ...pending, attempts: pending.attempts + 1 };
  const secrets = secretsOf(context, webhook, at);
  const startedAt = performance.now();
  const message = { url: webhook.url, delivery, secrets, now: at, timeoutMs };
  const answer = await send(guardedHttp, message, signal);
  const durationMs = Math.round(performance.now() - startedAt);
  const attempt: Attempt = { number: delivery.attempts, at, durationMs, ...answer };
  const result = await keep(context, webhook, delivery, attempt);
  context.observe?.(result.status, durationMs / 1000);
  return { delivery: result, attempt };
}

async function keep(
  context: Omit<WebhookContext, 'dispatcher'>,
  webhook: StoredWebhook,
  delivery: StoredDelivery,
  attempt: Attempt,
): Promise<Delivery> {
  const { db, clock, deliveries, registry, log } = context;
  const now = clock.now();
  const { accountId, id: webhookId } = webhook;
  const outcome = outcomeOf(delivery, attempt, now, context.random);
  const statements: Statement[] = deliveries.finish(delivery, attempt, { ...outcome, now });
  // A single try says what it finds and changes nothing.
  const why = delivery.maxAttempts === 1 ? undefined : whyDisable(webhook, delivery, attempt, outcome.status);
  statements.push(
    outcome.status === 'delivered'
      ? deliveries.noteSuccess(accountId, webhookId)
      : deliveries.noteFailure(accountId, webhookId, attempt.at),
  );
  const disabling = why === undefined ? [] : disable(context, webhook, why, now);
  let written = await db.write([...statements, ...disabling]);
  // Somebody has changed the webhook, or it has taken something, while the attempt was made.
  const isSpared = !written.ok && written.refused === TO_BE_DISABLED;
  if (isSpared) written = await db.write(statements);
  if (!written.ok) throw new Error(`The attempt was refused by the guard '${written.refused}'`);
  if (why !== undefined && !isSpared) {
    registry.remove(accountId, webhookId);
    log.warn({ accountId, webhookId, reason: why.reason }, 'A webhook was disabled');
  }
  const { nextAt } = outcome;
  return {
    ...delivery,
    status: outcome.status,
    nextAttemptAt: nextAt,
    finishedAt: outcome.status === 'pending' ? undefined : now,
  };
}

function disable(
  { audit, deliveries }: Pick<WebhookContext, 'audit' | 'deliveries'>,
  webhook: StoredWebhook,
  { reason, failingSince }: Verdict,
  now: number,
): Statement[] {
  const { accountId, id } = webhook;
  return [
    deliveries.disable(webhook, failingSince, reason, now),
    audit.record({
      accountId,
      action: 'webhook.disabled',
      by: DISPATCHER,
      object: { type: 'webhook', id },
      details: { reason },
    }),
  ];
}

/** What becomes of a delivery after an attempt. */
function outcomeOf(
  { attempts, maxAttempts }: Delivery,
  answer: Answer,
  now: number,
  random: () => number,
): { readonly status: Delivery['status']; readonly nextAt?: number } {
  const { status = 0 } = answer;
  if (status >= 200 && status < 300) return { status: 'delivered' };
  if (status === GONE || attempts >= maxAttempts) return { status: 'failed' };
  return { status: 'pending', nextAt: now + pauseAfter(attempts, random) };
}

const GONE = 410;

/** Why a webhook is sent to no more; `failingSince`: because it has taken nothing since then. */
interface Verdict {
  readonly reason: string;
  readonly failingSince?: number;
}

/** One message that a receiver cannot take is no reason, as long as it takes others. */
function whyDisable(
  { failingSince }: StoredWebhook,
  { attempts, createdAt }: Delivery,
  { status, error }: Attempt,
  outcome: Delivery['status'],
): Verdict | undefined {
  if (status === GONE) return { reason: 'The receiver said that it is gone for good (410).' };
  if (outcome !== 'failed' || failingSince === undefined) return undefined;
  const hasTakenOthers = failingSince > createdAt + attempts * CLAIM_MARGIN_MS;
  if (hasTakenOthers) return undefined;
  const last = status === undefined ? error : `status ${status}`;
  const reason = `Nothing could be delivered in ${attempts} attempts over three days; the last: ${last}`;
  return { reason, failingSince };
}

function secretsOf(
  { secrets }: Pick<WebhookContext, 'secrets'>,
  webhook: StoredWebhook,
  now: number,
): string[] {
  const place = secretPlace(webhook.accountId, webhook.id);
  const sealed = [webhook.secretSealed];
  const { previousSecretSealed, previousSecretUntil = 0 } = webhook;
  if (previousSecretSealed !== undefined && previousSecretUntil > now) sealed.push(previousSecretSealed);
  return sealed.map((text) => secrets.open(text, place));
}
