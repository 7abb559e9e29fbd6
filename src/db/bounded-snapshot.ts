import type { Compilable } from 'kysely';
import { type Snapshot, SnapshotOver, type SqlValue } from './port.ts';
import { toStatement } from './statements.ts';

/** A connection that has begun to read at one moment, and goes on doing so until it is closed. */
interface HeldMoment {
  query(sql: string, params: readonly SqlValue[]): Promise<readonly unknown[]>;
  /** Whatever is being asked is refused. */
  close(): Promise<void>;
}

export interface BoundedSnapshot extends Snapshot {
  /** Before its time: from now on there is no more to be read at that moment. */
  end(): void;
}

/** Lets go of the moment after `maxMs` at the latest: for as long the database can throw away nothing that is newer. */
export function boundSnapshot(
  moment: HeldMoment,
  maxMs: number,
  onEnd = (): void => undefined,
): BoundedSnapshot {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= moment.close().finally(onEnd);
    clearTimeout(timer);
    return closing;
  };
  // What is left of it then goes with its connection or thread.
  const end = (): void => void close().catch(() => undefined);
  const timer = setTimeout(end, maxMs);
  timer.unref();
  return {
    end,
    close,
    async scan<Row>(query: Compilable<Row>): Promise<Row[]> {
      if (closing) throw new SnapshotOver();
      const { sql, params } = toStatement(query);
      try {
        // The builder typed the rows that this very query returns.
        return (await moment.query(sql, params)) as Row[];
      } catch (error) {
        throw closing ? new SnapshotOver() : error;
      }
    },
  };
}
