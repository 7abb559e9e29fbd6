import type { Statement } from '../db/index.ts';
import { isoTime } from '../lib/clock.ts';
import type { JsonObject } from '../lib/json.ts';
import type { WebhookContext } from './context.ts';
import { MAX_ATTEMPTS } from './delivery/retry-schedule.ts';
import type { WebhookEvent } from './types.ts';

/** Longer texts of an event (answers, results) are cut; the API has them whole. */
const MAX_TEXT = 10_000;

/** What other rooms need of this one. */
export interface EventOutbox {
  /**
   * The statements that keep an event for every webhook that is to be told; none for most accounts, found out without
   * a query. They belong into the batch of what the event tells of: then one is never without the other.
   */
  tell(accountId: string, event: WebhookEvent, data: () => JsonObject): Statement[];
  /**
   * The statement that keeps credit.low if a charge of `costNanoUsd`, made just before in the same batch, took the
   * account's balance below the bound; none when nobody wants to know.
   */
  tellLowCredit(accountId: string, costNanoUsd: bigint): Statement[];
}

export function createOutbox(
  context: Pick<WebhookContext, 'clock' | 'ids' | 'store' | 'registry' | 'dispatcher' | 'lowCreditNanoUsd'>,
): EventOutbox {
  const { clock, ids, store, registry, dispatcher, lowCreditNanoUsd } = context;

  const prepare = (accountId: string, event: WebhookEvent) => {
    const wanted = registry.wanting(accountId, event);
    const now = clock.now();
    const messageId = wanted.length > 0 ? ids.next('evt_') : '';
    return wanted.map((webhookId) => {
      dispatcher.expect(accountId, webhookId);
      return {
        ...{ id: ids.next('whd_'), accountId, webhookId, messageId, event, now },
        maxAttempts: MAX_ATTEMPTS,
      };
    });
  };

  return {
    tell(accountId, event, data) {
      const deliveries = prepare(accountId, event);
      if (deliveries.length === 0) return [];
      const payload = payloadOf(event, clock.now(), data());
      return deliveries.map((delivery) => store.insertDelivery({ ...delivery, payload }));
    },

    tellLowCredit(accountId, costNanoUsd) {
      return prepare(accountId, 'credit.low').map((delivery) =>
        store.insertLowCredit({
          ...delivery,
          boundNanoUsd: lowCreditNanoUsd,
          costNanoUsd,
          head: `{"type":"credit.low","timestamp":${JSON.stringify(isoTime(delivery.now))},"data":{"balance_usd":`,
        }),
      );
    },
  };
}

/** As it is sent, and signed. */
export function payloadOf(event: string, at: number, data: JsonObject): string {
  return JSON.stringify({ type: event, timestamp: isoTime(at), data });
}

export function cutText(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}
