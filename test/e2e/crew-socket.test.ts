import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { WebSocket as Socket } from 'ws';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from '../http/objects.ts';

type Message = Record<string, unknown>;

/** A connection whose messages can be waited for. */
class Watcher {
  readonly socket: Socket;
  readonly messages: Message[] = [];
  #changed = Promise.withResolvers<void>();
  closed: { code: number } | undefined;

  constructor(url: string, protocols: string[] = [], headers: Record<string, string> = {}) {
    this.socket = new Socket(url, protocols, { headers });
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.#tell();
    });
    this.socket.on('close', (code) => {
      this.closed = { code };
      this.#tell();
    });
    this.socket.on('error', () => undefined);
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async until<T>(look: () => T | undefined): Promise<T> {
    const deadline = AbortSignal.timeout(30_000);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      assert.ok(!deadline.aborted, `waited in vain; came: ${JSON.stringify(this.messages).slice(0, 500)}`);
      await Promise.race([this.#changed.promise, once(deadline, 'abort')]);
    }
  }

  message(type: string): Promise<Message> {
    return this.until(() => this.messages.find((message) => message.type === type));
  }

  close(): Promise<number> {
    return this.until(() => this.closed?.code);
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async open(): Promise<this> {
    if (this.socket.readyState === Socket.CONNECTING) await once(this.socket, 'open');
    return this;
  }

  /** Events of a job, without what belongs to the conversation with the socket. */
  events(): Message[] {
    return this.messages.filter(({ seq }) => typeof seq === 'number');
  }
}

describe('jobs by WebSocket', () => {
  let test: TestApp;
  let person: Person;
  let base: string;
  before(async () => {
    test = await startTestApp();
    person = test.owner;
    base = test.url.replace('http', 'ws');
  });
  after(() => test.close());

  const bearer = () => ({ authorization: `Bearer ${person.token}` });
  const connect = (path = '/api/v1/ws') => new Watcher(base + path, [], bearer()).open();
  const isEnd = ({ type, status }: Message): boolean => type === 'job_status' && status === 'completed';
  const ended = (watcher: Watcher) => watcher.until(() => watcher.events().find(isEnd));

  it('the snippet of the documentation works as it stands, given a credential', async () => {
    const { crewId } = await createCrew(person);
    const jobId = await startJob(person, crewId);
    for (const path of ['/v1/ws', '/api/v1/ws']) {
      const events: Message[] = [];
      const over = Promise.withResolvers<void>();
      const ws = new WebSocket(base + path, [`bearer.${person.token}`]);
      ws.onmessage = ({ data }) => {
        const event: Message = JSON.parse(String(data));
        events.push(event);
        if (isEnd(event)) over.resolve();
      };
      ws.onerror = () => over.reject(new Error('refused'));
      ws.onopen = () => {
        ws.send(
          JSON.stringify({
            type: 'subscribe',
            job_id: jobId,
          }),
        );
      };
      await over.promise;
      ws.close();
      assert.partialDeepStrictEqual(
        events.find(({ type }) => type === 'task_start'),
        { type: 'task_start', job_id: jobId, agent: 'Writer' },
      );
      const complete = events.find(({ type }) => type === 'task_complete');
      assert.match(String(complete?.task_id), /^task_/);
      assert.match(String(complete?.result), /Write a line/);
    }
  });

  it('takes its credential by header, by subprotocol, or in the first message', async () => {
    const byHeader = await connect();
    byHeader.send({ type: 'ping' });
    await byHeader.message('pong');
    const byProtocol = await new Watcher(`${base}/v1/ws`, [`bearer.${person.token}`]).open();
    byProtocol.send({ type: 'ping' });
    await byProtocol.message('pong');
    const byMessage = await new Watcher(`${base}/v1/ws`).open();
    byMessage.send({ type: 'auth', token: person.token });
    await byMessage.message('authenticated');
    byMessage.send({ type: 'ping' });
    await byMessage.message('pong');
    for (const { socket } of [byHeader, byProtocol, byMessage]) socket.close();
  });

  it('closes with 4401 without a credential, with a dead one, and when it ends', async () => {
    const none = await new Watcher(`${base}/v1/ws`).open();
    none.send({ type: 'subscribe', job_id: 'job_x' });
    assert.equal(await none.close(), 4401);
    const wrong = await new Watcher(`${base}/v1/ws`, ['bearer.nonsense']).open();
    assert.equal(await wrong.close(), 4401);
    const somebody = await test.addPerson(test.owner, 'viewer');
    const watcher = await new Watcher(`${base}/v1/ws`, [`bearer.${somebody.token}`]).open();
    watcher.send({ type: 'ping' });
    await watcher.message('pong');
    await somebody.call('POST', '/auth/logout');
    assert.equal(await watcher.close(), 4401);
  });

  it('closes with 4401 when no credential comes in time, but not while one that came is looked at', async () => {
    const { accounts } = test.app;
    const { authenticateToken } = accounts;
    const slow = Promise.withResolvers<void>();
    accounts.authenticateToken = async (token) => {
      await slow.promise;
      return authenticateToken(token);
    };
    const known = await connect();
    const silent = await new Watcher(`${base}/v1/ws`).open();
    assert.equal(await silent.close(), 4401);
    accounts.authenticateToken = authenticateToken;
    slow.resolve();
    known.send({ type: 'ping' });
    await known.message('pong');
    known.socket.close();
  });

  it('closes with 4403 on pages of other origins', async () => {
    const foreign = await new Watcher(`${base}/v1/ws`, [], {
      ...bearer(),
      origin: 'https://evil.example',
    }).open();
    assert.equal(await foreign.close(), 4403);
    const own = await new Watcher(`${base}/v1/ws`, [], { ...bearer(), origin: test.url }).open();
    own.send({ type: 'ping' });
    await own.message('pong');
    own.socket.close();
  });

  it('follows a job live: its last sequence first, then everything once and in order', async () => {
    const watcher = await connect();
    const { crewId } = await createCrew(person, {
      tasks: [
        { name: 'write', description: '[[chunks 20]] Write many words about kettles', agent: 'Writer' },
      ],
    });
    const jobId = await startJob(person, crewId);
    watcher.send({ type: 'subscribe', job_id: jobId });
    const subscribed = await watcher.message('subscribed');
    assert.equal(typeof subscribed.last_seq, 'number');
    await ended(watcher);
    const events = watcher.events();
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    for (const { timestamp, job_id } of events) {
      assert.match(String(timestamp), /^\d{4}-.*Z$/);
      assert.equal(job_id, jobId);
    }
    const types = new Set(events.map(({ type }) => type));
    for (const type of ['job_status', 'task_start', 'delta', 'trace', 'task_complete', 'progress']) {
      assert.ok(types.has(type), type);
    }
    watcher.socket.close();
  });

  it('replays from where a reader left off', async () => {
    const { crewId } = await createCrew(person);
    const jobId = await startJob(person, crewId);
    await endOf(person, jobId);
    const watcher = await connect();
    watcher.send({ type: 'subscribe', job_id: jobId, after: 3 });
    await ended(watcher);
    const [subscribed] = watcher.messages;
    assert.deepEqual(
      watcher.events().map(({ seq }) => seq),
      Array.from({ length: Number(subscribed?.last_seq) - 3 }, (_, index) => index + 4),
    );
    watcher.socket.close();
  });

  it('a job of another account is not there, and neither is one that nobody has', async () => {
    const stranger = await test.addAccount();
    const jobId = await startJob(stranger, (await createCrew(stranger)).crewId);
    await endOf(stranger, jobId);
    const watcher = await connect();
    for (const id of [jobId, 'job_none']) {
      watcher.send({ type: 'subscribe', job_id: id });
      const error = await watcher.until(() => watcher.messages.find((message) => message.job_id === id));
      assert.partialDeepStrictEqual(error, { type: 'error', code: 'NOT_FOUND' });
    }
    assert.equal(watcher.events().length, 0);
    watcher.socket.close();
  });

  it('says what is wrong with a message and goes on', async () => {
    const watcher = await connect();
    const wrong = [
      '{',
      '[]',
      '{"type":"dance"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","job_id":"j","after":-1}',
    ];
    for (const [index, text] of wrong.entries()) {
      watcher.send(text);
      await watcher.until(() => (watcher.messages.length > index ? true : undefined));
      assert.partialDeepStrictEqual(watcher.messages[index], { type: 'error', code: 'VALIDATION_ERROR' });
    }
    watcher.send({ type: 'ping' });
    await watcher.message('pong');
    watcher.socket.close();
  });

  it('tells nothing more after unsubscribe', async () => {
    const { crewId } = await createCrew(person, {
      tasks: [{ description: 'Greet', agent: 'Writer', human_input: true }],
    });
    const jobId = await startJob(person, crewId);
    const watcher = await connect();
    watcher.send({ type: 'subscribe', job_id: jobId });
    const wait = await watcher.message('waiting_for_input');
    watcher.send({ type: 'unsubscribe', job_id: jobId });
    await watcher.message('unsubscribed');
    const before = watcher.events().length;
    const resumed = await person.call('POST', `/executions/${jobId}/resume`, {
      task_id: wait.task_id,
      approve: true,
    });
    assert.equal(resumed.status, 200, resumed.text);
    await endOf(person, jobId);
    watcher.send({ type: 'ping' });
    await watcher.message('pong');
    assert.equal(watcher.events().length, before);
    watcher.socket.close();
  });

  it('a thousand watch one job, and each sees all of it', async () => {
    const { crewId } = await createCrew(person, {
      tasks: [{ name: 'ask', description: 'Greet', agent: 'Writer', human_input: true }],
    });
    const jobId = await startJob(person, crewId);
    const watchers = await Promise.all(Array.from({ length: 1000 }, () => connect()));
    for (const watcher of watchers) watcher.send({ type: 'subscribe', job_id: jobId });
    await Promise.all(watchers.map((watcher) => watcher.message('waiting_for_input')));
    const resumed = await person.call('POST', `/executions/${jobId}/resume`, {
      task_id: 'ask',
      approve: true,
    });
    assert.equal(resumed.status, 200, resumed.text);
    await Promise.all(watchers.map(ended));
    const total = watchers[0]?.events().length;
    assert.ok(watchers.every((watcher) => watcher.events().length === total));
    for (const { socket } of watchers) socket.terminate();
  });

  it('who floods is cut off with 4429', async () => {
    const watcher = await connect();
    for (let count = 0; count < 1000; count++) watcher.send({ type: 'ping' });
    assert.equal(await watcher.close(), 4429);
  });

  it('over the account’s limit a subscription is refused with RATE_LIMIT', async () => {
    const stranger = await test.addAccount();
    await test.owner.call('PATCH', `/accounts/${stranger.accountId}`, { limits: { requests_per_minute: 3 } });
    const watcher = await new Watcher(`${base}/v1/ws`, [`bearer.${stranger.token}`]).open();
    for (let count = 0; count < 10; count++) watcher.send({ type: 'subscribe', job_id: 'job_none' });
    const refused = await watcher.until(() => watcher.messages.find(({ code }) => code === 'RATE_LIMIT'));
    assert.equal(at(refused, 'type'), 'error');
    watcher.socket.close();
  });

  it('sockets of both APIs close with 4401, and event streams end, when their token expires', async () => {
    let ahead = 0;
    const other = await startTestApp({}, { clock: { now: () => Date.now() + ahead } });
    const authorization = `Bearer ${other.owner.token}`;
    const socketAt = other.url.replace('http', 'ws');
    const { crewId } = await createCrew(other.owner, {
      tasks: [{ description: 'Greet', agent: 'Writer', human_input: true }],
    });
    const jobId = await startJob(other.owner, crewId);
    const watcher = await new Watcher(`${socketAt}/api/v1/ws`, [], { authorization }).open();
    watcher.send({ type: 'subscribe', job_id: jobId });
    await watcher.message('waiting_for_input');
    const responses = await new Watcher(`${socketAt}/api/agents/v1/responses`, [], { authorization }).open();
    const stream = await fetch(`${other.url}/api/v1/executions/${jobId}/events`, {
      headers: { authorization },
    });
    ahead = 86_400_000;
    assert.equal(await watcher.close(), 4401);
    assert.equal(await responses.close(), 4401);
    assert.match(await stream.text(), /waiting_for_input/);
    await other.close();
  });

  it('a server that goes down closes with 1012, so that readers come back', async () => {
    const other = await startTestApp();
    const watcher = await new Watcher(`${other.url.replace('http', 'ws')}/v1/ws`, [
      `bearer.${other.owner.token}`,
    ]).open();
    watcher.send({ type: 'ping' });
    await watcher.message('pong');
    await Promise.all([other.close(), watcher.close()]);
    assert.equal(watcher.closed?.code, 1012);
  });
});
