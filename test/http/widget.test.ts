import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { manualTime } from '../../src/testing/manual-time.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { assertError, assertInvalid } from './replies.ts';

const ORIGIN = 'https://shop.example.com';

describe('the chat widget’s tokens', () => {
  let test: TestApp;
  let agentId: string;
  let keyId: string;
  const time = manualTime(Date.now());

  before(async () => {
    test = await startTestApp({}, { clock: time.clock });
    agentId = await test.createAgent(test.owner, { name: 'Shop help' });
    keyId = (await test.createKey(test.owner, { agent_ids: [agentId] })).id;
  });
  after(() => test.close());

  const make = (body: object, id = agentId) => test.owner.call('POST', `/agents/${id}/widget-tokens`, body);
  const embedFor = async (origins: string[], key = keyId) =>
    (await make({ key_id: key, allowed_origins: origins, kind: 'embed' })).field('token');
  const post = (
    path: string,
    body: object,
    { token, origin = ORIGIN }: { token?: string; origin?: string } = {},
  ) =>
    fetch(`${test.url}/api/widget/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  const visit = async (embed: string) => {
    const reply = await post('/visits', { embed });
    assert.equal(reply.status, 201);
    return String(at(await reply.json(), 'token'));
  };
  const events = async (reply: Response): Promise<Record<string, unknown>[]> => {
    assert.equal(reply.status, 200);
    return (await reply.text())
      .split('\n\n')
      .filter((frame) => frame.startsWith('data: '))
      .map((frame) => JSON.parse(frame.slice(6)));
  };
  const say = async (token: string, message: string, thread?: unknown) => {
    const all = await events(
      await post('/messages', { message, ...(thread !== undefined && { thread }) }, { token }),
    );
    const text = all.filter(({ type }) => type === 'text').map((event) => event.text);
    return { text: text.join(''), last: all.at(-1) };
  };

  it('an embed code gives a visitor a short visit, in which the agent answers and remembers', async () => {
    const token = await visit(await embedFor([ORIGIN]));
    const first = await say(token, 'Hello');
    assert.match(first.text, /Sandbox: Hello/);
    const second = await say(token, 'Again', first.last?.thread);
    assert.match(second.text, /Again/);
    const kept = await test.owner.call('GET', '/conversations');
    assert.equal(at(kept.body, 'total'), 1);
    const audit = await test.owner.call('GET', '/audit?action=widget.created');
    assert.equal(at(audit.body, 'total'), 1);
    assert.deepEqual(at(audit.body, 'entries.0.details'), { agentId, origins: [ORIGIN] });
  });

  it('an answer out of documents comes without the markers of sources that a visitor does not see', async () => {
    const id = await test.createAgent(test.owner, { name: 'Lamps' });
    const added = await test.owner.call('POST', `/agents/${id}/documents`, {
      name: 'warranty.md',
      text: 'Every lamp is covered for 6 years.',
    });
    const document = `/agents/${id}/documents/${added.field('id')}`;
    await until(
      'the document',
      async () => at((await test.owner.call('GET', document)).body, 'status') === 'ready',
    );
    const { id: key } = await test.createKey(test.owner, { agent_ids: [id] });
    const body = { key_id: key, allowed_origins: [ORIGIN], kind: 'embed' };
    const token = await visit((await make(body, id)).field('token'));
    const { text } = await say(token, 'How long is a lamp covered?');
    assert.equal(text, 'Every lamp is covered for 6 years.');
  });

  it('a visit ends by the clock, and its token opens neither API', async () => {
    const token = await visit(await embedFor([ORIGIN]));
    for (const path of ['/api/v1/agents', '/api/agents/v1/models']) {
      assert.equal((await test.request('GET', path, { token })).status, 401);
    }
    time.advance(15 * 60_000 + 1_000);
    assert.equal((await post('/messages', { message: 'Late' }, { token })).status, 401);
  });

  it('pages of other origins are refused, for the visit and for each message', async () => {
    const embed = await embedFor([ORIGIN]);
    const elsewhere = { origin: 'https://evil.example.com' };
    assert.equal((await post('/visits', { embed }, elsewhere)).status, 403);
    const token = await visit(embed);
    assert.equal((await post('/messages', { message: 'Hi' }, { token, ...elsewhere })).status, 403);
  });

  it('where the chat is allowed can be changed while its code stands in pages: at once, for visits and messages', async () => {
    const other = 'https://blog.example.com';
    const { id } = await test.createKey(test.owner);
    const embed = await embedFor([ORIGIN], id);
    const token = await visit(embed);
    const allow = (origins: string[] | null) =>
      test.owner.call('PATCH', `/agent-keys/${id}`, { allowed_origins: origins });
    const statuses = async () => [
      (await post('/visits', { embed })).status,
      (await post('/messages', { message: 'Hi' }, { token })).status,
      (await post('/visits', { embed }, { origin: other })).status,
    ];
    assert.deepEqual(await statuses(), [201, 200, 403]);
    const changed = await allow([`${other}/`]);
    assert.deepEqual(at(changed.body, 'allowed_origins'), [other]);
    assert.deepEqual(await statuses(), [403, 403, 201]);
    const there = String(at(await (await post('/visits', { embed }, { origin: other })).json(), 'token'));
    assert.equal((await post('/messages', { message: 'Hi' }, { token: there, origin: other })).status, 200);
    const body = { key_id: id, allowed_origins: [other, ORIGIN], kind: 'embed' };
    assertInvalid(await make(body), 'allowed_origins.1');
    assertInvalid(await allow(['https://a.example/path']), 'allowed_origins.0');
    assertInvalid(await allow([]), 'allowed_origins');
    assert.equal((await allow(null)).status, 200);
    assert.deepEqual(await statuses(), [201, 200, 403]);
    // It was never of the code's own, and the key allows it no more.
    assert.equal((await post('/messages', { message: 'Hi' }, { token: there, origin: other })).status, 403);
    const audit = await test.owner.call('GET', '/audit?action=key.updated&limit=2');
    assert.deepEqual(at(audit.body, 'entries.1.details'), { allowedOrigins: [other] });
  });

  it('a visit that was handed out is good where both it and its key allow, and nowhere else', async () => {
    const other = 'https://blog.example.com';
    const { id } = await test.createKey(test.owner, { allowed_origins: [ORIGIN, other] });
    const token = (await make({ key_id: id, allowed_origins: [ORIGIN] })).field('token');
    const status = async (origin: string) =>
      (await post('/messages', { message: 'Hi' }, { token, origin })).status;
    assert.deepEqual([await status(ORIGIN), await status(other)], [200, 403]);
    await test.owner.call('PATCH', `/agent-keys/${id}`, { allowed_origins: [other] });
    assert.deepEqual([await status(ORIGIN), await status(other)], [403, 403]);
  });

  it('nobody goes on with a conversation that they were not told of', async () => {
    const token = await visit(await embedFor([ORIGIN]));
    const { last } = await say(token, 'Mine');
    const otherAgent = await test.createAgent(test.owner);
    const otherKey = (await test.createKey(test.owner)).id;
    const other = await make({ key_id: otherKey, allowed_origins: [ORIGIN], kind: 'visit' }, otherAgent);
    for (const thread of [last?.thread, 'conv_guess', token]) {
      const reply = await post('/messages', { message: 'Theirs?', thread }, { token: other.field('token') });
      assert.equal(reply.status, 404);
    }
  });

  it('revoking, disabling or capping the key ends the chat at once', async () => {
    const { id } = await test.createKey(test.owner, { requests_per_minute: 3 });
    const embed = await embedFor([ORIGIN], id);
    const token = await visit(embed);
    await say(token, 'One');
    await say(token, 'Two');
    assert.equal((await post('/messages', { message: 'Three' }, { token })).status, 429);
    await test.owner.call('PATCH', `/agent-keys/${id}`, { disabled: true });
    assert.equal((await post('/messages', { message: 'Four' }, { token })).status, 403);
    await test.owner.call('DELETE', `/agent-keys/${id}`);
    assert.equal((await post('/visits', { embed })).status, 403);
  });

  it('one visitor is bounded to 20 messages a minute', async () => {
    const token = await visit(await embedFor([ORIGIN]));
    for (let sent = 0; sent < 20; sent += 1) await say(token, `Message ${sent}`);
    const refused = await post('/messages', { message: 'Too much' }, { token });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  });

  it('a wrong field is named, and a key that may not call the agent is refused', async () => {
    const origins = { allowed_origins: [ORIGIN] };
    assertInvalid(await make({ key_id: 'key_none', ...origins }), 'key_id');
    const { id } = await test.createKey(test.owner, { agent_ids: [await test.createAgent(test.owner)] });
    assertInvalid(await make({ key_id: id, ...origins }), 'key_id');
    for (const wrong of ['*', 'shop.example.com', 'https://a.example/path', 'javascript:alert(1)']) {
      assertInvalid(await make({ key_id: keyId, allowed_origins: [wrong] }), 'allowed_origins.0');
    }
    const stranger = await test.addAccount();
    assertError(
      await stranger.call('POST', `/agents/${agentId}/widget-tokens`, { key_id: keyId, ...origins }),
      404,
      'NOT_FOUND',
    );
  });
});
