import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { PATH, type ResponsesApp, type StreamEvent, startResponsesApp } from './responses-app.ts';
import { assertEvent } from './wire-schema.ts';

type Frame = StreamEvent & {
  readonly status?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly stream_id?: string;
};
const ENDS = new Set(['response.completed', 'response.failed', 'response.incomplete', 'error']);

/** A client that gives out frames turn by turn. */
class Client {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  closed: { code: number; reason: string } | undefined;
  #read = 0;

  constructor(url: string, key: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${PATH}/responses`, {
      headers: { authorization: `Bearer ${key}` },
    });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    this.socket.on('error', () => undefined);
  }

  async opened(): Promise<this> {
    await until('the connection', () => this.socket.readyState === WebSocket.OPEN);
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The frames of the next turn, to its end. */
  async turn(): Promise<Frame[]> {
    const end = await until(
      'the end of a turn',
      () => this.frames.findIndex((frame, at) => at >= this.#read && ENDS.has(frame.type)),
      (index) => index !== -1,
    );
    const frames = this.frames.slice(this.#read, end + 1);
    this.#read = end + 1;
    return frames;
  }

  async close(): Promise<void> {
    this.socket.close();
    await until('the end of the connection', () => this.closed);
  }
}

describe('a WebSocket', () => {
  let app: ResponsesApp;
  before(async () => {
    app = await startResponsesApp({ tools: ['calculator'] });
  });
  after(() => app.close());

  const open = (key = app.key) => new Client(app.url, key).opened();
  const create = (input: unknown, more: Record<string, unknown> = {}) => ({
    type: 'response.create',
    model: app.agent,
    store: false,
    input,
    ...more,
  });
  const idOf = (frames: readonly Frame[]) => frames.at(-1)?.response?.id;
  const errorOf = (frames: readonly Frame[]) => frames.at(-1)?.error?.code;

  function upgrade(
    headers: Record<string, string>,
    path = `${PATH}/responses`,
  ): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(app.url + path, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          ...headers,
        },
      });
      request.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve({ status: 101, body: '' });
      });
      request.on('response', (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.on('error', reject);
      request.end();
    });
  }

  it('needs a good credential before it is one [socket.auth]', async () => {
    assert.equal((await upgrade({ authorization: `Bearer ${app.key}` })).status, 101);
    for (const [headers, code] of [
      [{}, 'missing_api_key'],
      [{ authorization: 'Bearer sk-wrong' }, 'invalid_api_key'],
    ] as const) {
      const { status, body } = await upgrade(headers);
      assert.equal(status, 401);
      assert.equal(at(JSON.parse(body), 'error.code'), code);
    }
  });

  it('is had at this path by this protocol only; other requests are answered as ever [socket.other-upgrades]', async () => {
    assert.equal((await upgrade({ authorization: `Bearer ${app.key}` }, '/api/nowhere')).status, 404);
    const h2c = await upgrade({ authorization: `Bearer ${app.key}`, upgrade: 'h2c' }, `${PATH}/models`);
    assert.equal(h2c.status, 200);
    const plain = await app.get('/responses');
    assert.equal(plain.status, 426);
    assert.equal(plain.field('error.code'), 'upgrade_required');
  });

  it('tells the events of the stream, a frame each [socket.events]', async () => {
    const client = await open();
    client.send(create('[[think hm]] Hello'));
    const frames = await client.turn();
    for (const frame of frames) assertEvent(frame);
    const { events } = await app.stream({ input: '[[think hm]] Hello', store: false });
    assert.deepEqual(
      frames.map(({ type, sequence_number, delta }) => [type, sequence_number, delta]),
      events.map(({ type, sequence_number, delta }) => [type, sequence_number, delta]),
    );
    await client.close();
  });

  it('makes turns one after the other, however fast they are sent [socket.sequential]', async () => {
    const client = await open();
    client.send(create('[[wait 100]] first'));
    client.send(create('second'));
    client.send('no JSON');
    client.send(create('third'));
    const texts = [];
    for (let n = 0; n < 4; n++) {
      const frames = await client.turn();
      texts.push(errorOf(frames) ?? frames.at(-1)?.response?.output[0]?.content?.[0]?.text);
      assert.ok(new Set(frames.map(({ response }) => response?.id).filter(Boolean)).size <= 1);
    }
    assert.deepEqual(texts, ['Sandbox: first', 'Sandbox: second', 'invalid_json', 'Sandbox: third']);
    await client.close();
  });

  it('remembers its last response, stored or not, over any number of turns [socket.continue]', async () => {
    const client = await open();
    client.send(create('[[call look {}]]', { tools: [{ type: 'function', name: 'look' }] }));
    const asked = (await client.turn()).at(-1)?.response;
    const output = { type: 'function_call_output', call_id: asked?.output[0]?.call_id, output: 'seen' };
    client.send(create([output], { previous_response_id: asked?.id }));
    const answered = await client.turn();
    assert.equal(answered.at(-1)?.type, 'response.completed');
    client.send(create('and now stored', { previous_response_id: idOf(answered), store: true }));
    const stored = (await client.turn()).at(-1)?.response;
    assert.equal(stored?.status, 'completed');
    await client.close();
    const items = await app.get(`/conversations/${stored?.conversation_id}/items?order=asc&limit=100`);
    assert.ok(items.text.includes('seen') && items.text.includes('and now stored'), items.text);
    const next = await app.create({ input: 'over HTTP', previous_response_id: stored?.id });
    assert.equal(next.status, 'completed');
  });

  it('knows nothing of what another connection did not store, and stays usable [socket.not-elsewhere]', async () => {
    const one = await open();
    one.send(create('secret'));
    const id = idOf(await one.turn());
    const two = await open();
    two.send(create('x', { previous_response_id: id }));
    const refused = await two.turn();
    assert.equal(errorOf(refused), 'previous_response_not_found');
    assert.equal(refused.at(-1)?.status, 400);
    two.send(create('clean'));
    assert.equal((await two.turn()).at(-1)?.type, 'response.completed');
    await one.close();
    await two.close();
  });

  it('forgets what a failed continuation referred to [socket.evict]', async () => {
    const client = await open();
    for (const failing of [
      [{ type: 'function_call_output', call_id: 'call_nobody', output: 'x' }],
      '[[fail 500]]',
    ]) {
      client.send(create('remember'));
      const id = idOf(await client.turn());
      client.send(create(failing, { previous_response_id: id }));
      const failed = await client.turn();
      assert.ok(failed.at(-1)?.type === 'error' || failed.at(-1)?.type === 'response.failed');
      client.send(create('again', { previous_response_id: id }));
      assert.equal(errorOf(await client.turn()), 'previous_response_not_found');
    }
    await client.close();
  });

  it('answers what it cannot read with an error, and goes on [socket.error-envelope]', async () => {
    const client = await open();
    const cases: [unknown, string][] = [
      ['{"type":', 'invalid_json'],
      ['[]', 'validation_error'],
      [{ type: 'response.dance' }, 'validation_error'],
      [{ type: 'response.create' }, 'validation_error'],
      [{ type: 'response.create', model: 'agent_nobody', input: 'x' }, 'model_not_found'],
      [create(7), 'validation_error'],
      [create('x', { temperature: 9 }), 'validation_error'],
      ['{"a":1,"a":2}', 'invalid_json'],
    ];
    for (const [frame, code] of cases) {
      client.send(frame);
      const [error, ...more] = await client.turn();
      assert.equal(more.length, 0);
      assert.equal(error?.type, 'error');
      assert.equal(error?.error?.code, code, JSON.stringify(frame));
      assert.equal(typeof error?.status, 'number');
      assert.equal(typeof at(error, 'error.param'), 'string');
    }
    client.send(create('x', { tool_choice: { type: 'allowed_tools', tools: [] } }));
    assert.equal(at((await client.turn())[0], 'error.param'), 'tool_choice.tools');
    client.socket.send(Buffer.from('binary'));
    assert.equal(errorOf(await client.turn()), 'invalid_json');
    for (const frame of [create('fine'), Buffer.from(JSON.stringify(create('as bytes')))]) {
      if (frame instanceof Buffer) client.socket.send(frame);
      else client.send(frame);
      assert.equal((await client.turn()).at(-1)?.type, 'response.completed');
    }
    await client.close();
  });

  it('ends a turn once: a failure is response.failed, and nothing follows [socket.one-end]', async () => {
    const client = await open();
    client.send(create('[[cut]] [[say broken in the middle]]'));
    client.send(create('next'));
    const failed = await client.turn();
    assert.equal(failed.at(-1)?.type, 'response.failed');
    assert.ok(!failed.some(({ type }) => type === 'error'));
    assert.equal((await client.turn())[0]?.type, 'response.created');
    await client.close();
  });

  it('ignores the fields of the other transports [socket.ignored-fields]', async () => {
    const client = await open();
    client.send(
      create('Hi', { stream: true, stream_options: { include_obfuscation: true }, background: true }),
    );
    const frames = await client.turn();
    assert.equal(frames.at(-1)?.type, 'response.completed');
    assert.equal(frames.at(-1)?.response?.background, false);
    await client.close();
  });

  it('gives the lane of a turn back on all of its events [socket.lanes]', async () => {
    const client = await open();
    client.send(create('left', { stream_id: 'a' }));
    const left = await client.turn();
    client.send(create('right', { stream_id: 'b' }));
    await client.turn();
    assert.ok(left.every((frame) => frame.stream_id === 'a'));
    client.send(create('left again', { stream_id: 'a', previous_response_id: idOf(left) }));
    assert.equal((await client.turn()).at(-1)?.type, 'response.completed');
    client.send(create(7, { stream_id: 'c' }));
    assert.equal((await client.turn()).at(-1)?.stream_id, 'c');
    await client.close();
  });

  it('takes input in without an answer, to be continued [socket.warm-up]', async () => {
    const client = await open();
    const usage = async () => at((await app.owner.call('GET', '/usage')).body, 'total');
    const before = await usage();
    client.send(create('long context', { generate: false }));
    const warm = await client.turn();
    assert.equal(warm.at(-1)?.type, 'response.completed');
    assert.deepEqual(warm.at(-1)?.response?.output, []);
    assert.equal(await usage(), before);
    client.send(create('question', { previous_response_id: idOf(warm) }));
    assert.equal((await client.turn()).at(-1)?.type, 'response.completed');
    await client.close();
  });

  it('refuses turns beyond its room in their place, and cuts off who goes on [socket.flood]', async () => {
    const client = await open();
    // Long enough for all that follows to have come.
    client.send(create('[[wait 1500]] slow'));
    for (let n = 0; n < 100; n++) client.send(create('more'));
    await client.turn();
    const codes = [];
    for (let n = 0; n < 100; n++) codes.push(errorOf(await client.turn()) ?? 'ok');
    assert.equal(codes.filter((code) => code === 'ok').length, 64);
    assert.equal(codes.filter((code) => code === 'websocket_queue_full').length, 36);
    client.send(create('[[wait 60000]] slow'));
    for (let n = 0; n < 400; n++) client.send('x');
    assert.equal((await until('the cut', () => client.closed)).code, 4429);
  });

  it('stops its turn when the client goes away [socket.gone]', async () => {
    const client = await open();
    client.send(create('[[wait 60000]] never', { store: true }));
    const id = await until('the beginning', () => client.frames[0]?.response?.id);
    client.socket.terminate();
    const stored = await until(
      'the end',
      () => app.get(`/responses/${id}`),
      (reply) => reply.status === 200 && reply.field('status') !== 'in_progress',
    );
    assert.equal(stored.field('incomplete_details.reason'), 'stopped');
  });

  it('ends with its key, at once [socket.revoked]', async () => {
    const { id, key } = await app.createKey(app.owner);
    const idle = await open(key);
    const busy = await open(key);
    busy.send(create('[[wait 60000]] never'));
    await until('the beginning', () => busy.frames[0]);
    await app.owner.call('DELETE', `/agent-keys/${id}`);
    assert.equal((await until('the end', () => idle.closed)).code, 4401);
    assert.equal((await until('the end', () => busy.closed)).code, 4401);
    for (const { frames } of [idle, busy]) {
      const { error } = frames.find(({ type }) => type === 'error') ?? {};
      assert.equal(error?.code, 'invalid_api_key');
      assert.equal(error?.message, 'This agent key was revoked. Make a new one.');
    }
  });

  it('takes no turn of a disabled key [socket.revoked]', async () => {
    const { id, key } = await app.createKey(app.owner);
    const client = await open(key);
    await app.owner.call('PATCH', `/agent-keys/${id}`, { disabled: true });
    assert.equal((await until('the end', () => client.closed)).code, 4401);
  });
});
