import { randomUUID } from 'node:crypto';
import type { Signals, Topic } from '../signals.ts';
import { PostgresConnection } from './connection.ts';
import type { Command } from './exchange.ts';

const CHANNEL = 'muster';
/** PostgreSQL takes less than 8,000 bytes in a notification. */
const MAX_BYTES = 7_000;
/** Neighbouring signals go together: each notification costs its server a lock over all of them. */
const GATHER_MS = 3;
const RECONNECT_MS = 500;
/** How long it may go without a look at everything; signals are sent after the commit, so a kill can come between. */
const SWEEP_MS = 10_000;

/** By LISTEN and NOTIFY, on two connections of its own. A notification: sender, topic and payloads, a line each. */
export function createPostgresSignals(url: string): Signals {
  const self = randomUUID();
  const listeners = new Map<string, ((payload: string) => void)[]>();
  const gaps: (() => void)[] = [];
  let pending = new Map<Topic, Set<string>>();
  let timer: NodeJS.Timeout | undefined;
  let sweep: NodeJS.Timeout | undefined;
  let isClosed = false;

  const receive = (_channel: string, text: string): void => {
    const [sender, topic, ...payloads] = text.split('\n');
    if (sender === self) return;
    for (const listener of listeners.get(topic ?? '') ?? [])
      for (const payload of payloads) listener(payload);
  };
  const tellGap = (): void => {
    for (const listener of gaps) listener();
  };
  const ear = new PostgresConnection({
    ...{ url, name: 'muster listen' },
    setup: `LISTEN ${CHANNEL}`,
    onNotification: receive,
    onLost: () => void listen(),
  });
  const mouth = new PostgresConnection({ url, name: 'muster notify', setup: 'SET synchronous_commit = off' });

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

  async function send(): Promise<void> {
    const taken = pending;
    pending = new Map();
    try {
      await mouth.run([...taken].flatMap(([topic, payloads]) => notifications(self, topic, payloads)));
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
      sweep = setInterval(tellGap, SWEEP_MS);
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

function notifications(sender: string, topic: Topic, payloads: ReadonlySet<string>): Command[] {
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
