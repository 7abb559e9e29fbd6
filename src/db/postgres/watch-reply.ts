import { isServerAway, isServerFull, sqlStateOf } from './unavailable.ts';

/** A server that is at work says so to whoever asks; one that has failed over does not know what it was asked. */
const QUIET_MS = 5_000;
const ASK_TIMEOUT_MS = 5_000;
/** A server that has not answered by then, although it must have given up by itself, is gone (see STATEMENT_TIMEOUT_MS). */
const REPLY_TIMEOUT_MS = 35_000;

/** A session of a server, as another one of the same server can see it. */
export interface Session {
  readonly url: string;
  /** Undefined where a pooler is between, which shows another server's sessions. */
  readonly processId: number | undefined;
}

/**
 * Calls `onGone` once when a reply is certain not to come any more: the server cannot be reached, or has no such session, or
 * it is long past its time. Returns what ends the watch.
 */
export function watchReply(session: Session, onGone: () => void): () => void {
  const from = performance.now();
  let isOver = false;
  const look = async (): Promise<void> => {
    const isLate = performance.now() - from >= REPLY_TIMEOUT_MS;
    const gone = isLate || (await isGone(session));
    if (isOver) return;
    if (gone) onGone();
    else timer = setTimeout(look, QUIET_MS).unref();
  };
  let timer = setTimeout(look, QUIET_MS).unref();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function isGone({ url, processId }: Session): Promise<boolean> {
  if (processId === undefined) return false;
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    fallback_application_name: 'muster asks',
    connectionTimeoutMillis: ASK_TIMEOUT_MS,
    query_timeout: ASK_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [processId]);
    return found.rowCount === 0;
  } catch (error) {
    // One that has no room for another connection is there.
    return !isServerFull(error) && (sqlStateOf(error) === '' || isServerAway(error));
  } finally {
    client.connection.stream.destroy();
  }
}
