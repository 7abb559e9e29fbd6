import { createHmac, randomBytes } from 'node:crypto';
import type { SealedPlace } from '../lib/secrets.ts';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export function makeSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** Where a webhook's secret is sealed; it opens nowhere else. */
export function secretPlace(accountId: string, webhookId: string): SealedPlace {
  return { accountId, table: 'webhooks', row: webhookId, column: 'secret_sealed' };
}

/**
 * The headers by which a receiver knows that a message is ours, whole and of now, as standardwebhooks.com has them: a
 * signature for each secret that is in force.
 */
export function signedHeaders(
  message: { readonly id: string; readonly at: number; readonly body: string },
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(message.at / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
