import { isSandboxAccount } from '../../accounts/index.ts';
import { MusterError } from '../../lib/errors.ts';
import type { GuardedHttp } from '../../lib/guarded-http/index.ts';
import { signedHeaders } from '../webhook-secret.ts';
import type { StoredDelivery } from './delivery-store.ts';

/** A receiver that has not answered by then has not taken the message. */
export const SEND_TIMEOUT_MS = 15_000;
/** Of a reply as much as tells what is wrong. */
const EXCERPT = 1_000;

export interface Answer {
  /** Undefined when no reply came; then `error` says why. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly response: string;
}

/** Nothing goes out for a sandbox; its deliveries are there to be looked at. */
const SIMULATED: Answer = {
  status: 200,
  error: undefined,
  response: 'Simulated: nothing is sent from a sandbox.',
};

/** Sends a message once. Redirects are not followed: what is signed for one address is not for another. */
export async function send(
  guardedHttp: Pick<GuardedHttp, 'request'>,
  message: {
    readonly url: string;
    readonly delivery: StoredDelivery;
    readonly secrets: readonly string[];
    readonly now: number;
    readonly timeoutMs: number;
  },
  signal: AbortSignal,
): Promise<Answer> {
  const { url, delivery, secrets, now, timeoutMs } = message;
  const { messageId: id, payload: body } = delivery;
  if (isSandboxAccount(delivery.accountId)) return SIMULATED;
  try {
    const reply = await guardedHttp.request({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Muster-Webhooks',
        ...signedHeaders({ id, at: now, body }, secrets),
      },
      body,
      maxRedirects: 0,
      timeoutMs,
      signal,
    });
    const response = reply.body.toString('utf8', 0, EXCERPT);
    const isRedirect = reply.status >= 300 && reply.status < 400;
    const error = isRedirect ? 'Redirects are not followed; give the webhook the new address.' : undefined;
    return { status: reply.status, error, response };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MusterError) return { status: undefined, error: error.message, response: '' };
    throw error;
  }
}
