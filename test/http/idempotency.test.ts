import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import { ALONE } from '../../src/db/index.ts';
import { createIdempotency } from '../../src/idempotency/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createIds } from '../../src/lib/ids.ts';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { createCrew } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const REPLAYED = 'idempotent-replayed';
/** For what seals and opens nothing. */
const NO_SECRETS = {
  seal: (): string => assert.fail('nothing is to be sealed'),
  open: (): string => assert.fail('nothing is to be opened'),
};
const AGENT = { name: 'Once', model: 'sandbox' };

describe('Idempotency-Key', () => {
  let test: TestApp;
  let count = 0;
  const newKey = (): string => `key-${++count}`;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const post = (path: string, body: unknown, key: string, person: Person = test.owner): Promise<Reply> =>
    person.call('POST', path, body, { 'idempotency-key': key });
  const total = async (path: string): Promise<unknown> =>
    at((await test.owner.call('GET', path)).body, 'total');
  const chat = (body: Record<string, unknown>, key: string, token = test.owner.token) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      token,
      body: { messages: [{ role: 'user', content: 'Hello' }], ...body },
      headers: { 'idempotency-key': key },
    });

  it('the second request gets the first reply, and nothing happens twice', async () => {
    const key = newKey();
    const first = await post('/agents', AGENT, key);
    assert.equal(first.status, 201, first.text);
    assert.equal(first.headers.get(REPLAYED), null);
    const made = await total('/agents');
    const second = await post('/agents', { model: AGENT.model, name: AGENT.name }, key);
    assert.equal(second.status, 201);
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get(REPLAYED), 'true');
    assert.equal(second.headers.get('content-type'), first.headers.get('content-type'));
    assert.notEqual(second.headers.get('x-request-id'), first.headers.get('x-request-id'));
    assert.equal(await total('/agents'), made);
  });

  it('fifty at once have one effect: each gets that reply or is told to wait', async () => {
    const before = Number(await total('/agents'));
    const key = newKey();
    const replies = await Promise.all(Array.from({ length: 50 }, () => post('/agents', AGENT, key)));
    const made = replies.filter(({ status }) => status === 201);
    assert.equal(new Set(made.map(({ text }) => text)).size, 1);
    for (const reply of replies) {
      if (reply.status === 201) continue;
      assertError(reply, 409, 'CONFLICT');
      assert.equal(reply.field('error.details.code'), 'idempotency_in_progress');
      assert.ok(Number(reply.headers.get('retry-after')) >= 1);
    }
    assert.equal(await total('/agents'), before + 1);
  });

  it('another body under the same key is refused on both APIs', async () => {
    const key = newKey();
    await post('/agents', AGENT, key);
    const other = await post('/agents', { ...AGENT, name: 'Twice' }, key);
    assertError(other, 422, 'CONFLICT');
    assert.equal(other.field('error.details.code'), 'idempotency_key_reused');
    const model = await test.createAgent(test.owner);
    const elsewhere = await chat({ model }, key);
    assert.equal(elsewhere.status, 422);
    assert.equal(elsewhere.field('error.code'), 'idempotency_key_reused');
  });

  it('a key is the account’s own, and a colleague is not shown the reply', async () => {
    const key = newKey();
    const first = await post('/agent-keys', { name: 'Mine' }, key);
    const stranger = await test.addAccount();
    const theirs = await post('/agent-keys', { name: 'Mine' }, key, stranger);
    assert.equal(theirs.status, 201);
    assert.notEqual(theirs.field('key'), first.field('key'));
    const colleague = await test.addPerson(test.owner, 'admin');
    const asked = await post('/agent-keys', { name: 'Mine' }, key, colleague);
    assert.equal(asked.status, 422);
    assert.doesNotMatch(asked.text, /sk-/);
    assert.equal((await post('/agent-keys', { name: 'Mine' }, key)).field('key'), first.field('key'));
  });

  it('a refused request leaves its key free', async () => {
    const key = newKey();
    assertInvalid(await post('/agents', { model: 'sandbox' }, key), 'name');
    assertInvalid(await post('/agents', { ...AGENT, model: 'no/such-model' }, key), 'model');
    assert.equal((await post('/agents', AGENT, key)).status, 201);
  });

  it('a key that is empty or longer than 255 characters is refused', async () => {
    assertInvalid(await post('/agents', AGENT, 'k'.repeat(256)), 'Idempotency-Key');
    assert.equal((await post('/agents', AGENT, 'k'.repeat(255))).status, 201);
  });

  it('a chat turn is answered and billed once', async () => {
    const model = await test.createAgent(test.owner);
    const key = newKey();
    const first = await chat({ model }, key);
    assert.equal(first.status, 200, first.text);
    const runs = await total('/usage');
    const second = await chat({ model }, key);
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get(REPLAYED), 'true');
    for (const name of ['x-conversation-id', 'x-message-id']) {
      assert.equal(second.headers.get(name), first.headers.get(name));
    }
    assert.equal(await total('/usage'), runs);
  });

  it('a finished stream is sent again byte for byte', async () => {
    const model = await test.createAgent(test.owner);
    const key = newKey();
    const first = await chat({ model, stream: true }, key);
    assert.match(first.text, /data: \[DONE\]\n\n$/);
    const runs = await total('/usage');
    const second = await chat({ model, stream: true }, key);
    assert.equal(second.text, first.text);
    assert.match(second.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(second.headers.get(REPLAYED), 'true');
    assert.equal(await total('/usage'), runs);
  });

  it('a stream that broke is no answer: the same request is tried again', async () => {
    const model = await test.createAgent(test.owner);
    const key = newKey();
    const messages = [{ role: 'user', content: '[[say Half of it]] [[cut]]' }];
    for (let i = 0; i < 2; i++) {
      const reply = await chat({ model, stream: true, messages }, key);
      assert.equal(reply.headers.get(REPLAYED), null);
      assert.match(reply.text, /"error"/);
    }
  });

  /** A stream that has begun, with what is read of it so far. */
  async function openStream(body: object, key: string, signal?: AbortSignal) {
    const response = await fetch(`${test.url}/api/agents/v1/chat/completions`, {
      method: 'POST',
      ...(signal && { signal }),
      headers: {
        authorization: `Bearer ${test.owner.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    const text = response.text();
    text.catch(() => undefined);
    return { response, text };
  }
  /** Tells of a tool at once, and answers a second later: there is time to come again meanwhile. */
  const slow = async (ms = 1_000) => ({
    model: await test.createAgent(test.owner, { tools: ['calculator'] }),
    stream: true,
    messages: [{ role: 'user', content: `[[call calculator {"expression": "6 * 7"}]] [[wait ${ms}]]` }],
  });

  it('whoever sends a running stream again reads it from its beginning to its end, made and billed once', async () => {
    const [body, key] = [await slow(), newKey()];
    const runs = Number(await total('/usage'));
    const first = await openStream(body, key);
    const others = await Promise.all([openStream(body, key), openStream(body, key)]);
    const whole = await first.text;
    assert.match(whole, /data: \[DONE\]\n\n$/);
    for (const { response, text } of others) {
      assert.equal(await text, whole);
      assert.equal(response.headers.get(REPLAYED), 'true');
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      assert.equal(
        response.headers.get('x-conversation-id'),
        first.response.headers.get('x-conversation-id'),
      );
      assert.notEqual(response.headers.get('x-request-id'), first.response.headers.get('x-request-id'));
    }
    assert.equal((await chat(body, key)).text, whole);
    assert.equal(await total('/usage'), runs + 1);
    const changed = { ...body, messages: [{ role: 'user', content: 'Hello' }] };
    assert.equal((await chat(changed, key)).status, 422);
  });

  it('a stream goes on for who came again when its first client leaves', async () => {
    const [body, key] = [await slow(), newKey()];
    const leaving = new AbortController();
    const first = await openStream(body, key, leaving.signal);
    const second = await openStream(body, key);
    leaving.abort();
    await assert.rejects(first.text);
    const whole = await second.text;
    assert.match(whole, /data: \[DONE\]\n\n$/);
    assert.equal((await chat(body, key)).text, whole);
  });

  it('when all have left, the stream ends and its key is free', async () => {
    const [body, key] = [await slow(60_000), newKey()];
    const [one, two] = [new AbortController(), new AbortController()];
    await openStream(body, key, one.signal);
    await openStream(body, key, two.signal);
    one.abort();
    two.abort();
    const other = { ...body, messages: [{ role: 'user', content: 'Hello' }] };
    await until(
      'the key to be free',
      () => chat(other, key),
      ({ status }) => status === 200,
    );
  });

  it('what was done is not done again when the server dies before its reply is kept', async () => {
    const { db } = test.app;
    const model = await test.createAgent(test.owner);
    const { crewId } = await createCrew(test.owner);
    const agents = '/api/agents/v1';
    const turn = { model, messages: [{ role: 'user', content: 'Hello' }] };
    const response = { model, input: 'Hello' };
    const effects: readonly [path: string, body: object][] = [
      ['/api/v1/billing/credits', { amount_usd: 1, reason: 'once' }],
      [`/api/v1/accounts/${test.owner.accountId}/credits`, { amount_usd: 1, reason: 'once' }],
      ['/api/v1/executions', { crew_id: crewId, inputs: {} }],
      ['/api/v1/executions/batch', { crew_id: crewId, inputs: [{}, {}] }],
      [`${agents}/chat/completions`, turn],
      [`${agents}/chat/completions`, { ...turn, stream: true }],
      [`${agents}/responses`, response],
      [`${agents}/responses`, { ...response, stream: true }],
      [`${agents}/responses`, { ...response, background: true }],
    ];
    const state = async () =>
      JSON.stringify([
        (await test.owner.call('GET', '/billing')).body,
        await total('/executions'),
        (await db.all(db.build.selectFrom('turns').select('id'))).length,
        (await db.all(db.build.selectFrom('jobs').select('id'))).length,
      ]);
    const openJobs = () => db.all(db.build.selectFrom('jobs').select('id').where('finished_at', 'is', null));
    for (const [path, body] of effects) {
      const key = newKey();
      const { write } = db;
      // The server dies at this point: what comes after the effect is never written.
      const keeping = Promise.withResolvers<void>();
      const dying = mock.method(db, 'write', (...args: Parameters<typeof write>) => {
        const isReply = args[0].some(({ sql }) => /^update "idempotency_keys".*body_sealed/.test(sql));
        if (!isReply || args[0].length > 1) return Reflect.apply(write, db, args);
        keeping.resolve();
        return new Promise(() => undefined);
      });
      const gone = new AbortController();
      const headers = { authorization: `Bearer ${test.owner.token}`, 'content-type': 'application/json' };
      const init = { method: 'POST', body: JSON.stringify(body), signal: gone.signal };
      fetch(test.url + path, { ...init, headers: { ...headers, 'idempotency-key': key } }).catch(
        () => undefined,
      );
      await keeping.promise;
      dying.mock.restore();
      gone.abort();
      await until('all jobs to end', openJobs, ({ length }) => length === 0);
      const before = await state();
      const { clock, ids, secrets } = { clock: systemClock, ids: createIds(), secrets: NO_SECRETS };
      await createIdempotency({ db, clock, ids, secrets, keepMs: 1_000, owner: ALONE }).releaseInterrupted();
      const again = await test.request('POST', path, {
        token: test.owner.token,
        body,
        headers: { 'idempotency-key': key },
      });
      assert.equal(again.status, 409, `${path} ${JSON.stringify(body)}: ${again.text}`);
      assert.match(again.text, /was carried out/);
      assert.equal(await state(), before, path);
    }
  });

  it('nothing is kept of a request without a key, nor of what is no POST', async () => {
    const headers = { 'idempotency-key': newKey() };
    const id = await test.createAgent(test.owner);
    for (let i = 0; i < 2; i++) {
      const reply = await test.owner.call('PATCH', `/agents/${id}`, { name: `Name ${i}` }, headers);
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get(REPLAYED), null);
    }
    const query = test.app.db.build
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('key', '=', headers['idempotency-key']);
    assert.deepEqual(await test.app.db.all(query), []);
  });

  it('a form with the same files gets the first reply, with another byte, name or order it is refused', async () => {
    const id = await test.createAgent(test.owner);
    const key = newKey();
    const upload = (files: readonly (readonly [name: string, text: string])[]) => {
      const form = new FormData();
      for (const [name, text] of files) form.append('file', new File([text], name, { type: 'text/plain' }));
      return post(`/agents/${id}/documents`, form, key);
    };
    const files = [
      ['a.txt', 'One text'],
      ['b.txt', 'Another text'],
    ] as const;
    const first = await upload(files);
    assert.equal(first.status, 201, first.text);
    const again = await upload(files);
    assert.equal(again.headers.get(REPLAYED), 'true');
    assert.equal(again.text, first.text);
    const [a, b] = files;
    for (const other of [[a], [b, a], [a, ['b.txt', 'Another texT']], [a, ['c.txt', b[1]]]] as const) {
      const refused = await upload(other);
      assert.equal(refused.status, 422, refused.text);
      assert.equal(refused.field('error.details.code'), 'idempotency_key_reused');
    }
    assert.equal(
      (await post(`/agents/${id}/documents`, { name: 'a.txt', text: 'One text' }, key)).status,
      422,
    );
    assert.equal(await total(`/agents/${id}/documents`), 2);
  });

  it('a form that was refused can be sent again, mended', async () => {
    const id = await test.createAgent(test.owner);
    const key = newKey();
    const empty = new FormData();
    assertInvalid(await post(`/agents/${id}/documents`, empty, key), 'file');
    const form = new FormData();
    form.append('file', new File(['Text'], 'a.txt', { type: 'text/plain' }));
    assert.equal((await post(`/agents/${id}/documents`, form, key)).status, 201);
  });
});
