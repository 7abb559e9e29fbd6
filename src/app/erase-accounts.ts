import { type Accounts, type DeletedAccount, sandboxIdOf } from '../accounts/index.ts';
import { type AuditRecorder, SYSTEM } from '../audit/index.ts';
import { type Books, formatUsd, readBooks } from '../billing/index.ts';
import { type Database, eraseAccount, eraseInPieces, type Presence } from '../db/index.ts';
import { type Engine, systemTimers, type Timers } from '../engine/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { FaultPoints } from '../lib/fault-points.ts';
import type { Logger } from '../lib/logger.ts';
import type { Webhooks } from '../webhooks/index.ts';
import { quietAccount } from './quiet-account.ts';

/** How long whoever deletes an account waits to hear that it is erased; it goes on without them. */
const ANSWER_MS = 5_000;
/** Between two tries, while calls that were cut off are still being settled, or after an error. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;
/** A call that is not settled by then never will be. */
const SETTLED_MS = 5 * 60_000;
/** What was still being written when an account was erased is looked for again this long afterwards. */
const LATE_MS = [1_000, 5_000, 30_000, 10 * 60_000] as const;
const DAY_MS = 86_400_000;
/** By then the process that erases an account is mostly done with it, or gone. */
const OTHERS_MS = 5_000;

export interface AccountEraser {
  /** Takes up what the last process has left. When it resolves, nothing of a deleted account runs or is sent any more. */
  start(): Promise<void>;
  /** Erases a deleted account. Resolves when that is done, or after a while; it is done in any case, by whichever process. */
  erase(accountId: string): Promise<void>;
  /** Takes up what other processes have begun and not finished. */
  recover(): Promise<void>;
  /** Leaves the rest to the next start. */
  close(): Promise<void>;
}

/**
 * Erases what deleted accounts have left, while nobody can reach it any more: jobs are stopped first, what is being paid
 * for is waited for, then everything goes, in pieces, and what is about money in one. Killed at any point it begins again,
 * and finds less. What is written down of the account stays, with what it was billed in all.
 */
export function createAccountEraser(rooms: {
  readonly db: Database;
  readonly clock: Clock;
  readonly timers?: Timers | undefined;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly faults: FaultPoints;
  readonly presence: Pick<Presence, 'isFirst'>;
  readonly accounts: Pick<Accounts, 'listDeleted' | 'noteErased' | 'emptyBooks' | 'operatorAccountId'>;
  readonly audit: AuditRecorder;
  readonly engine: Pick<Engine, 'list' | 'stop'>;
  readonly knowledge: Pick<Knowledge, 'deleteAccountDocuments'>;
  readonly webhooks: Pick<Webhooks, 'list' | 'remove'>;
}): AccountEraser {
  const { db, clock, timers = systemTimers, log, faults, presence, accounts, audit, knowledge } = rooms;
  const underWay = new Map<string, Promise<void>>();
  const waiting = new Set<() => void>();
  let isOpen = true;

  /** Until then, or until this is closed. */
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        cancel();
        waiting.delete(done);
        resolve();
      };
      const cancel = timers.after(ms, done);
      waiting.add(done);
      if (!isOpen) done();
    });

  const bothOf = (accountId: string): string[] => [sandboxIdOf(accountId), accountId];

  async function quiet({ accountId }: Pick<DeletedAccount, 'accountId'>): Promise<void> {
    for (const id of bothOf(accountId)) await quietAccount(rooms, id);
  }

  const tellProblem = ({ accountId }: DeletedAccount, err: unknown): void =>
    log.error({ err, accountId }, 'A deleted account could not be erased yet; it is tried again');

  /** False when calls are still being settled, or somebody else has changed the books meanwhile. */
  async function eraseOnce({ accountId, deletedAt, isErased }: DeletedAccount): Promise<boolean> {
    await quiet({ accountId });
    faults.hit('account.quiet');
    for (const id of bothOf(accountId)) {
      await knowledge.deleteAccountDocuments(id);
      await eraseInPieces(db, id, { isOpen: () => isOpen, isThorough: !isErased });
    }
    if (!isOpen) return false;
    faults.hit('account.before-books');
    if (isErased) {
      await db.write([
        ...bothOf(accountId).flatMap((id) => eraseAccount(db, id)),
        accounts.emptyBooks(accountId),
      ]);
      return true;
    }
    const books = await readBooks(db, accountId);
    if (books.heldNanoUsd > 0n && clock.now() - deletedAt < SETTLED_MS) return false;
    return closeBooks(accountId, books);
  }

  async function closeBooks(accountId: string, books: Books): Promise<boolean> {
    const details = {
      billedUsd: formatUsd(books.billedNanoUsd),
      creditLeftUsd: formatUsd(books.balanceNanoUsd),
    };
    const logs = new Set([accountId, (await accounts.operatorAccountId()) ?? accountId]);
    const lines = [...logs].map((ofAccountId) =>
      audit.record({
        ...{ accountId: ofAccountId, action: 'account.erased', by: SYSTEM, details },
        object: { type: 'account', id: accountId },
      }),
    );
    const { ok } = await db.write([
      ...bothOf(accountId).flatMap((id) => eraseAccount(db, id)),
      ...accounts.noteErased(accountId, books),
      ...lines,
    ]);
    if (ok) log.info({ accountId, ...details }, 'A deleted account was erased');
    return ok;
  }

  async function eraseFully(account: DeletedAccount): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; isOpen; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        if (await eraseOnce(account)) break;
      } catch (err) {
        tellProblem(account, err);
      }
      await pause(pauseMs);
    }
    if (!account.isErased) void eraseLate({ ...account, isErased: true });
  }

  /** The ends of calls that were cut off without a hold are awaited by nobody. */
  async function eraseLate(account: DeletedAccount): Promise<void> {
    for (const ms of LATE_MS) {
      await pause(ms);
      if (isOpen) await begin(account);
    }
  }

  function begin(account: DeletedAccount): Promise<void> {
    const { accountId } = account;
    const known = underWay.get(accountId);
    if (known) return known;
    const work = eraseFully(account).finally(() => underWay.delete(accountId));
    underWay.set(accountId, work);
    return work;
  }

  /** One after the other: a day on which many were deleted makes no rush at a start. */
  async function beginInTurn(found: readonly DeletedAccount[]): Promise<void> {
    for (const account of found) if (isOpen) await begin(account);
  }

  return {
    async start() {
      const found = await accounts.listDeleted(clock.now() - DAY_MS);
      for (const account of found) await quiet(account).catch((err: unknown) => tellProblem(account, err));
      void beginInTurn(found);
    },

    async erase(accountId) {
      faults.hit('account.closed');
      const work = begin({ accountId, deletedAt: clock.now(), isErased: false });
      await Promise.race([work, pause(ANSWER_MS)]);
    },

    async recover() {
      const now = clock.now();
      const left = (await accounts.listDeleted(now)).filter(({ deletedAt }) => deletedAt < now - OTHERS_MS);
      if (left.length === 0 || !(await presence.isFirst())) return;
      void beginInTurn(left);
    },

    async close() {
      isOpen = false;
      for (const done of [...waiting]) done();
      await Promise.all(underWay.values());
    },
  };
}
