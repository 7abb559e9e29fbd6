import { randomUUID } from 'node:crypto';
import type { Signals, Topic } from '../signals.ts';
import { PostgresConnection } from './connection.ts';
import type { Command } from './exchange.ts';
import { isForgottenStatement } from './unavailable.ts';

const CHANNEL = 'muster';
/** PostgreSQL takes less than 8,000 bytes in a notification. */
const MAX_BYTES = 7_000;
/** Neighbouring signals go together: each notification costs its server a lock over all of them. */
const GATHER_MS = 3;
const RECONNECT_MS = 500;
/** How long it may go without a look at everything; signals are sent after the commit, so a kill can come between. */
const SWEEP_MS = 10_000;
/** What a process has not heard of itself by then does not come. */
const HEARING_TEST_MS = 5_000;
const HEARING_TEST = 'hearing-test';

/** Of one transaction, as a session may be a pooler's. Nobody waits for a signal to be on disk. */
const UNFLUSHED: Command = { sql: "SELECT set_config('synchronous_commit', 'off', true)", params: [] };

const ASK: Command = { sql: 'SELECT 1', params: [] };

export interface SignalOptions {
  readonly url: string;
  /** Goes past the pooler that `url` goes through: who listens needs a session of his own. */
  readonly directUrl?: string | undefined;
}

/**
 * By LISTEN and NOTIFY, on two connections of its own. A notification: sender, topic and payloads, a line each. The start fails
 * where nothing arrives: a stop or a revoked key would not reach the process that it is meant for.
 */
export function createPostgresSignals({ url, directUrl }: SignalOptions): Signals {
  const self = randomUUID();
  const listeners = new Map<string, ((payload: string) => void)[]>();
  const gaps: (() => void)[] = [];
  let pending = new Map<Topic, Set<string>>();
  let timer: NodeJS.Timeout | undefined;
  let sweep: NodeJS.Timeout | undefined;
  let isClosed = false;
  let heard = (): void => undefined;

  const receive = (_channel: string, text: string): void => {
    const [sender, topic, ...payloads] = text.split('\n');
    if (sender === self) {
      if (topic === HEARING_TEST) heard();
      return;
    }
    for (const listener of listeners.get(topic ?? '') ?? [])
      for (const payload of payloads) listener(payload);
  };
  const tellGap = (): void => {
    for (const listener of gaps) listener();
  };
  const ear = new PostgresConnection({
    ...{ url: directUrl ?? url, name: 'muster listen' },
    setup: `LISTEN ${CHANNEL}`,
    onNotification: receive,
    onLost: () => void listen(),
  });
  const mouth = new PostgresConnection({ url, name: 'muster notify', isPooled: directUrl !== undefined });

  async function listen(): Promise<void> {
    while (!isClosed) {
      try {
        await ear.open();
        tellGap();
        return;
      } catch {
        // Away: the database's other users say so. This one waits until it is back.
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    }
  }

  /** Throws when nothing that is told arrives here. */
  async function testHearing(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    heard = resolve;
    const timeout = setTimeout(() => {
      const reason = 'what processes tell each other (LISTEN and NOTIFY) does not arrive';
      reject(new Error(`${reason}. Past a pooler in transaction mode, set DATABASE_DIRECT_URL`));
    }, HEARING_TEST_MS);
    try {
      await say(notifications(self, HEARING_TEST, new Set(['?'])));
      await promise;
    } finally {
      clearTimeout(timeout);
    }
  }

  async function say(notifications: readonly Command[]): Promise<void> {
    const commands = [UNFLUSHED, ...notifications];
    await mouth.run(commands).catch((error: unknown) => {
      if (!isForgottenStatement(error)) throw error;
      return mouth.run(commands);
    });
  }

  async function send(): Promise<void> {
    const taken = pending;
    pending = new Map();
    try {
      await say([...taken].flatMap(([topic, payloads]) => notifications(self, topic, payloads)));
    } catch {
      // Nobody hears of it now; the look at everything that follows a lost connection, or SWEEP_MS, makes up for it.
    }
    // What has come meanwhile goes next.
    timer = pending.size > 0 ? setTimeout(() => void send(), GATHER_MS) : undefined;
  }

  return {
    publish(topic, payload) {
      if (isClosed) return;
      const payloads = pending.get(topic) ?? new Set();
      pending.set(topic, payloads.add(payload));
      timer ??= setTimeout(() => void send(), GATHER_MS);
    },
    subscribe(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
    },
    onGap: (listener) => void gaps.push(listener),
    async start() {
      await ear.open();
      await testHearing();
      sweep = setInterval(() => {
        // A server that is gone without a word would not be missed by one that only listens.
        ear.run([ASK]).catch(() => undefined);
        tellGap();
      }, SWEEP_MS);
      sweep.unref();
    },
    async close() {
      isClosed = true;
      clearInterval(sweep);
      clearTimeout(timer);
      if (pending.size > 0) await send();
      clearTimeout(timer);
      await Promise.all([ear.close(), mouth.close()]);
    },
  };
}

function notifications(sender: string, topic: string, payloads: ReadonlySet<string>): Command[] {
  const texts: string[] = [];
  let text = `${sender}\n${topic}`;
  for (const payload of payloads) {
    if (Buffer.byteLength(text) + Buffer.byteLength(payload) > MAX_BYTES) {
      texts.push(text);
      text = `${sender}\n${topic}`;
    }
    text += `\n${payload}`;
  }
  texts.push(text);
  return texts.map((each) => ({ sql: 'SELECT pg_notify($1, $2)', params: [CHANNEL, each] }));
}
