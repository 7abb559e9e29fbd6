import type { AuditLogTable, Database } from '../../db/index.ts';
import { DatabaseConflict } from '../../db/index.ts';
import { systemTimers, type Timers } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { createIds } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { CheckpointSecrets } from './checkpoint.ts';
import { createLinker, LINES_AT_ONCE } from './link-lines.ts';

/** After a line is announced, until it is chained: lines that come together share a pass. */
const SOON_MS = 500;
/**
 * The last of the looks for a line that was announced, each after twice the time of the one before: a write may wait two
 * minutes for its disk, and may come to nothing.
 */
const LONGEST_MS = 128_000;
/** A line is never written so long after its id was made. */
const MARGIN_MS = 10 * 60_000;
/** Of an id, behind its prefix. */
const TIME_CHARS = 8;

export interface AuditChain {
  /** A line is about to be written. */
  wake(): void;
  /** Chains all lines that are not chained yet. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Gives each line of the audit log, a moment after it is written, its place in its account's chain: a number and a hash
 * that follows from it and all lines before. A line that is changed or taken away afterwards no longer fits, and `muster
 * doctor` says so. Where nothing of a log is left but a checkpoint, the chain goes on from that only if it holds.
 */
export function createAuditChain(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: CheckpointSecrets;
  readonly log: Pick<Logger, 'error'>;
  readonly timers?: Timers;
}): AuditChain {
  const { db, clock, log, timers = systemTimers } = deps;
  const linker = createLinker(deps);
  /** Lines that were written before are chained; undefined until the first pass of this process. */
  let chainedUntil: number | undefined;
  /** How often the log had been written to when the last whole pass began, where this process makes all writes. */
  let chainedCount: number | undefined;
  let sealing: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let nextLookMs = 0;
  let isClosed = false;

  const unchained = async (
    since: number | undefined,
    without: ReadonlySet<string>,
  ): Promise<AuditLogTable[]> => {
    if (since !== undefined) return db.all(linker.find(without, firstIdOf(since - MARGIN_MS)));
    // Only once in the life of a database, and long only in one that is older than its chain.
    const query = linker.find(without);
    return (await hasLongLog()) ? db.scan(query) : db.all(query);
  };

  async function hasLongLog(): Promise<boolean> {
    return (
      (await db.first(db.build.selectFrom('audit_log').select('id').offset(LINES_AT_ONCE).limit(1))) !==
      undefined
    );
  }

  /** When the newest of all chained lines was written. */
  async function newestChained(): Promise<number | undefined> {
    const newest = db.build.selectFrom('audit_chain').select((eb) => eb.fn.max('entry_id').as('id'));
    const row = await db.first(db.build.selectFrom('audit_log').select('at').where('id', '=', newest));
    return row?.at;
  }

  async function pass(): Promise<void> {
    const now = clock.now();
    const count = db.changeCount('audit_log');
    if (chainedUntil === undefined || linker.isStuck) await linker.linkAfterCheckpoints();
    const newest = chainedUntil ?? (await newestChained());
    // A clock that was set back makes lines that are older than the last ones: at a start it may be any.
    const isAhead = chainedUntil === undefined && newest !== undefined && newest > now;
    const since = newest === undefined || isAhead ? undefined : Math.min(newest, now);
    const stuck = new Set<string>();
    for (;;) {
      const rows = await unchained(since, stuck);
      const byAccount = Map.groupBy(rows, ({ account_id }) => account_id);
      for (const [accountId, ofAccount] of byAccount) {
        if (!(await linker.link(accountId, ofAccount))) stuck.add(accountId);
      }
      if (rows.length < LINES_AT_ONCE) break;
    }
    chainedUntil = now;
    chainedCount = count;
  }

  /** By a pass that begins after the call: one that is under way may have looked already. */
  const seal = async (): Promise<void> => {
    if (sealing) {
      next ??= sealing.then(() => {
        next = undefined;
        return seal();
      });
      return next;
    }
    sealing = pass()
      .catch((err: unknown) => {
        // Another process was faster; what is left comes with the next look, or the next start.
        if (!(err instanceof DatabaseConflict)) log.error({ err }, 'The audit log could not be chained');
      })
      .finally(() => {
        sealing = undefined;
      });
    await sealing;
  };

  const lookIn = (ms: number): void => {
    if (isClosed) return;
    cancel?.();
    nextLookMs = ms;
    cancel = timers.after(ms, () => {
      cancel = undefined;
      const count = db.changeCount('audit_log');
      const isChained = count !== undefined && count === chainedCount;
      void (isChained ? Promise.resolve() : seal()).then(() => {
        if (cancel === undefined && ms < LONGEST_MS) lookIn(2 * ms);
      });
    });
  };

  return {
    wake() {
      if (cancel === undefined || nextLookMs > SOON_MS) lookIn(SOON_MS);
    },
    seal,
    async close() {
      isClosed = true;
      cancel?.();
      await seal();
    },
  };
}

/** Ids sort by their time: none that was made then or later comes before this. */
function firstIdOf(ms: number): string {
  return createIds(() => Math.max(0, ms))
    .next('audit_')
    .slice(0, 'audit_'.length + TIME_CHARS);
}
