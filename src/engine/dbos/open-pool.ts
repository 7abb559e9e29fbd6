import { Socket } from 'node:net';
import type { Pool } from 'pg';
import type { Logger } from '../../lib/logger.ts';

const CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 10_000;
/**
 * One that is silent for so long is not idle, it waits for a reply. Nothing that DBOS asks takes that long, except to make
 * its tables.
 */
const SILENCE_MS = IDLE_TIMEOUT_MS + 2_000;
/**
 * As with our own connections: a process that is frozen in the middle of a transaction must not keep its jobs locked for
 * longer than it is believed to be alive. DBOS would wait for a minute.
 */
const SESSION = 'SET idle_in_transaction_session_timeout = 5000';

export interface PoolOptions {
  readonly url: string;
  readonly log: Pick<Logger, 'warn'>;
  readonly silenceMs?: number;
}

export interface DbosPool {
  readonly pool: Pool;
  /** From now on no query may take as long as a migration. */
  endSilence(): void;
  close(): Promise<void>;
}

/**
 * Connections for DBOS that end when their server says nothing any more: its own would wait for as long as the network lets
 * them. What is lost so is tried again by DBOS.
 */
export async function openPool({ url, log, silenceMs = SILENCE_MS }: PoolOptions): Promise<DbosPool> {
  const { default: pg } = await import('pg');
  let isBounded = false;
  const pool = new pg.Pool({
    connectionString: url,
    fallback_application_name: 'muster dbos',
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    stream() {
      const socket = new Socket();
      return socket.setTimeout(silenceMs, () => {
        const lost = Object.assign(new Error('No reply in time'), { code: 'ETIMEDOUT' });
        if (isBounded) socket.destroy(lost);
      });
    },
    onConnect: async (client) => void (await client.query(SESSION)),
  });
  pool.on('error', (err) => log.warn({ err }, 'A connection of DBOS was lost'));
  return {
    pool,
    endSilence() {
      isBounded = true;
    },
    close: () => pool.end(),
  };
}
