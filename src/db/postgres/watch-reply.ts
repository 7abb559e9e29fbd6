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

/** What a server says of a session; `unknown` where it said nothing in time: the way there, or the server, may be busy. */
type Finding = 'there' | 'gone' | 'unknown';

interface Means {
  readonly ask: (session: Session) => Promise<Finding>;
  readonly now: () => number;
  readonly after: (ms: number, callback: () => void) => () => void;
}

/**
 * Calls `onGone` once when a reply is certain not to come any more: the server cannot be reached, or has no such session, or
 * said nothing twice in a row, or it is long past its time. Returns what ends the watch.
 */
export function watchReply(session: Session, onGone: () => void, means: Means = MEANS): () => void {
  const { ask, now, after } = means;
  const from = now();
  let isOver = false;
  let former: Finding = 'there';
  const look = async (): Promise<void> => {
    const isLate = now() - from >= REPLY_TIMEOUT_MS;
    const finding = isLate ? 'gone' : await ask(session);
    if (isOver) return;
    const isSilent = finding === 'unknown' && former === 'unknown';
    former = finding;
    if (finding === 'gone' || isSilent) onGone();
    else cancel = after(finding === 'unknown' ? 0 : QUIET_MS, look);
  };
  let cancel = after(QUIET_MS, look);
  return () => {
    isOver = true;
    cancel();
  };
}

const MEANS: Means = {
  ask: findSession,
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

async function findSession({ url, processId }: Session): Promise<Finding> {
  if (processId === undefined) return 'there';
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
    return found.rowCount === 0 ? 'gone' : 'there';
  } catch (error) {
    return whatItMeans(error);
  } finally {
    client.connection.stream.destroy();
  }
}

/** Of a server that could not be asked. */
export function whatItMeans(error: unknown): Finding {
  // One that has no room for another connection is there, as is one that answers with anything else.
  if (sqlStateOf(error) !== '') return isServerAway(error) && !isServerFull(error) ? 'gone' : 'there';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // The driver's own time-outs have no code.
  return code === undefined || code === 'ETIMEDOUT' ? 'unknown' : 'gone';
}
