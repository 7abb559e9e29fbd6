import { ALONE, type Database, type IdempotencyKeysTable, type Owner } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { SealedPlace, SecretBox } from '../lib/secrets.ts';
import { idempotencyErrors } from './errors.ts';
import { fingerprint, withForm } from './fingerprint.ts';
import { createIdempotencyStore } from './store.ts';
import type { Admission, Claim, KeptReply, KeyedRequest } from './types.ts';

const SWEEP_EVERY_MS = 10 * 60_000;
const RETRY_MS = 1_000;

export interface Idempotency {
  /**
   * Lets one of the requests with an Idempotency-Key through, and gives all later ones its reply. Throws
   * idempotency_in_progress while that one runs, and idempotency_key_reused for a request that is not the same.
   */
  admit(request: KeyedRequest): Promise<Admission>;
  /** Frees the keys of requests whose process is gone: their clients had no reply and may try again. */
  releaseInterrupted(): Promise<void>;
}

/**
 * Keeps replies sealed: some of them hold what is shown only once. A request that was killed after its effect was on disk
 * and before its reply was is not carried out again where the effect was written with `acted`.
 */
export function createIdempotency({
  db,
  clock,
  ids,
  secrets,
  owner = ALONE,
  keepMs,
}: {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>;
  readonly owner?: Owner;
  /** How long the first reply can be had again. */
  readonly keepMs: number;
}): Idempotency {
  const store = createIdempotencyStore(db);
  let sweptAt = 0;

  const sweep = (now: number) => (now - sweptAt < SWEEP_EVERY_MS ? [] : [store.deleteExpired(now)]);

  const createClaim = (accountId: string, key: string, id: string, mark: string): Claim => {
    const owner = store.ofClaim(accountId, key, id);
    return {
      acted: () => store.act(owner),
      async keep(reply, form) {
        const kept = reply && {
          status: reply.status,
          headers: JSON.stringify(reply.headers),
          bodySealed: secrets.seal(reply.body, place(accountId, key)),
        };
        await db.write([store.keep(owner, withForm(mark, form), kept)]);
      },
      async release() {
        await db.write([store.release(owner)], { ack: 'applied' });
      },
    };
  };

  const reopen = (row: IdempotencyKeysTable): KeptReply => {
    if (row.status === null || row.body_sealed === null) {
      throw idempotencyErrors.idempotency_reply_not_kept(
        'The first request with this Idempotency-Key was carried out, but its reply is not kept: it was too large, or the server was stopped just then. Read what it made; do not send it again.',
      );
    }
    const headers: Record<string, string> = JSON.parse(row.headers ?? '{}');
    const body = secrets.open(row.body_sealed, place(row.account_id, row.key));
    return { status: row.status, headers, body };
  };

  return {
    async admit(request) {
      const { accountId, key } = request;
      const mark = fingerprint(request);
      const claim = ids.next('idem_');
      // Readers may not see yet what was just claimed, and a key may be released between the two looks: look again.
      for (;;) {
        const now = clock.now();
        const expiresAt = now + keepMs;
        const row = { accountId, key, fingerprint: mark, claim, owner: owner.id, now, expiresAt };
        // Lost in a crash only together with the effect, which comes after it.
        const swept = sweep(now);
        const written = await db.write([store.insert(row), ...swept], { ack: 'applied' });
        if (written.ok) {
          if (swept.length > 0) sweptAt = now;
          return { type: 'claimed', claim: createClaim(accountId, key, claim, mark) };
        }
        const found = await store.find(accountId, key);
        if (!found || found.expires_at <= now) continue;
        const isDone = found.state === 'done';
        const form = isDone && request.readForm ? await request.readForm() : undefined;
        const [known = ''] = found.fingerprint.split('.');
        if ((isDone ? found.fingerprint : known) !== withForm(mark, form)) {
          throw idempotencyErrors.idempotency_key_reused(
            'This Idempotency-Key was used for another request. Send each new request with a new key.',
            { field: 'Idempotency-Key', reason: 'was used for another request' },
          );
        }
        if (isDone) return { type: 'replay', reply: reopen(found) };
        throw idempotencyErrors.idempotency_in_progress(
          'The first request with this Idempotency-Key is still running. Wait for it, or ask again in a moment.',
          { retryAfterMs: RETRY_MS },
        );
      }
    },

    async releaseInterrupted() {
      const interrupted = owner.isAlone
        ? [store.deleteRunning(), store.endActed()]
        : [store.deleteOrphans(), store.endActedOrphans()];
      await db.write([...interrupted, store.deleteExpired(clock.now())]);
    },
  };
}

/** Where the reply to a key is sealed for; it opens for no other account and key. */
function place(accountId: string, key: string): SealedPlace {
  return { accountId, table: 'idempotency_keys', row: key, column: 'body_sealed' };
}
