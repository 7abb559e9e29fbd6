import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Database } from './port.ts';

/** How often a process says that it is alive, and how long it is believed. */
const BEAT_MS = 2_000;
const LEASE_MS = 9_000;
/** A process stops beginning things a little before the others may give it up. */
const OWN_LEASE_MS = LEASE_MS - 1_500;

/** That this process is alive, so that what it has begun is left to it; and who else is not. */
export interface Presence {
  /** Names this process in what it owns (`owner` columns). Another name once it was given up for dead. */
  readonly id: string;
  /** The only process on its data: whatever another one has begun is an orphan. */
  readonly isAlone: boolean;
  /** Whether nobody can have taken this process's work over. */
  isHeld(): boolean;
  /** Resolves when that is so, or when it has been given up (see onLost). */
  whenHeld(): Promise<void>;
  /** The others have given this process up: what it was doing is theirs. */
  onLost(listener: () => void): void;
  /** Called one after another, in the order in which they came, every few seconds while the database can be reached: time to take up what the dead have left. */
  onBeat(listener: () => Promise<void>): void;
  /** Whether this is the one of all that are alive to do what is enough to be done by one. */
  isFirst(): Promise<boolean>;
  start(): Promise<void>;
  /** Says good-bye: what this process still owns is anybody's at once. */
  close(): Promise<void>;
}

/** What rooms need of it to mark what is theirs. */
export type Owner = Pick<Presence, 'id' | 'isAlone'>;

/** For tests and tools that have the data to themselves. */
export const ALONE: Owner = { id: 'alone', isAlone: true };

/** A condition: the process of this column is not alive. */
export function isOrphan(column: string): RawBuilder<boolean> {
  const owner = sql.ref(column);
  return sql<boolean>`(${owner} is null or ${owner} not in (select id from processes))`;
}

/** For one process that has its database to itself (see lockHome). */
export function createSolePresence(db: Database): Presence {
  const id = randomUUID();
  return {
    id,
    isAlone: true,
    isHeld: () => true,
    whenHeld: async () => undefined,
    onLost: () => undefined,
    onBeat: () => undefined,
    isFirst: async () => true,
    async start() {
      await db.write([
        db.statement(db.build.deleteFrom('processes')),
        db.statement(db.build.insertInto('processes').values({ id, seen_at: 0 })),
      ]);
    },
    close: async () => undefined,
  };
}

/**
 * For several processes on one database, by the database's clock alone. A process that is not heard of for LEASE_MS is
 * taken off the list by any other; when it comes back it finds itself gone and begins anew under another name. After the
 * database was away nobody is given up until everybody has had the time to say that he is there.
 */
export function createSharedPresence(
  db: Database,
  log: { warn(fields: object, text: string): void },
): Presence {
  let id = randomUUID();
  let heldUntil = 0;
  let steadySince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | undefined;
  let isClosed = false;
  let waiting: (() => void)[] = [];
  const lost: (() => void)[] = [];
  const beats: (() => Promise<void>)[] = [];

  const now = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`;
  const appear = () => db.statement(db.build.insertInto('processes').values({ id, seen_at: now }));
  const touch = () =>
    db.statement(db.build.updateTable('processes').set({ seen_at: now }).where('id', '=', id), 'presence');
  const buryDead = () =>
    db.statement(
      db.build.deleteFrom('processes').where('seen_at', '<', sql<number>`${now} - ${sql.lit(LEASE_MS)}`),
    );

  const isHeld = (): boolean => performance.now() < heldUntil;
  const release = (): void => {
    const resolvers = waiting;
    waiting = [];
    for (const resolve of resolvers) resolve();
  };

  async function beat(): Promise<void> {
    const at = performance.now();
    const isSteady = steadySince !== undefined && at - steadySince > LEASE_MS;
    const result = await db.write(isSteady ? [touch(), buryDead()] : [touch()]);
    if (!result.ok) {
      const former = id;
      id = randomUUID();
      log.warn(
        { former, id },
        'This process was given up for dead; what it was doing has been left to others',
      );
      for (const tell of lost) tell();
      await db.write([appear()]);
    }
    steadySince ??= at;
    heldUntil = at + OWN_LEASE_MS;
    release();
    for (const each of beats) {
      if (isClosed) return;
      // What one of them could not do is tried again at the next beat.
      await each().catch((err: unknown) =>
        log.warn({ err }, 'What dead processes have left could not be taken up'),
      );
    }
  }

  function schedule(): void {
    if (isClosed) return;
    timer = setTimeout(() => {
      beating = beat()
        .catch((err: unknown) => {
          steadySince = undefined;
          log.warn({ err }, 'The database did not hear that this process is alive');
        })
        .finally(schedule);
    }, BEAT_MS);
    timer.unref();
  }

  return {
    get id() {
      return id;
    },
    isAlone: false,
    isHeld,
    whenHeld: () => (isHeld() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    onLost: (listener) => void lost.push(listener),
    onBeat: (listener) => void beats.push(listener),
    async isFirst() {
      const first = await db.first(db.build.selectFrom('processes').select('id').orderBy('id').limit(1));
      return first?.id === id;
    },

    async start() {
      const at = performance.now();
      await db.write([appear()]);
      steadySince = at;
      heldUntil = at + OWN_LEASE_MS;
      schedule();
    },

    async close() {
      isClosed = true;
      clearTimeout(timer);
      release();
      // One that is under way may still write that this process is there.
      await beating;
      await db
        .write([db.statement(db.build.deleteFrom('processes').where('id', '=', id))])
        .catch((err: unknown) =>
          log.warn({ err }, 'The others will find out by themselves that this process is gone'),
        );
    },
  };
}
