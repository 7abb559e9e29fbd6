import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { at, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { assertError } from './replies.ts';

const AGENT = { role: 'Helper', goal: 'Help', model: 'sandbox' };

describe('a server with little room for bodies', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_MAX_BODIES_MB: '1' });
  });
  after(() => test.close());

  const agents = async () => Number(at((await test.owner.call('GET', '/agents')).body, 'total'));
  const create = (body: object) => test.owner.call('POST', '/agents', body);

  it('refuses a body that it has no room for before it is read, and takes it when there is room again', async () => {
    const { hostname, port } = new URL(test.url);
    const slow = connect(Number(port), hostname);
    await once(slow, 'connect');
    const authorization = `authorization: Bearer ${test.owner.token}\r\n`;
    slow.write('POST /api/v1/agents HTTP/1.1\r\nhost: x\r\ncontent-length: 1100000\r\n');
    slow.write(authorization);
    slow.write('content-type: application/json\r\nexpect: 100-continue\r\n\r\n');
    // The server has begun to wait for the body, and most of it comes.
    await once(slow, 'data');
    slow.write(`"${'x'.repeat(1_090_000)}`);
    let before = await agents();
    const large = { ...AGENT, backstory: 'x'.repeat(45_000) };
    let refused = await create(large);
    while (refused.status !== 503) {
      before += 1;
      refused = await create(large);
    }
    assertError(refused, 503, 'SERVICE_UNAVAILABLE');
    assert.equal(refused.field('error.details.code'), 'overloaded');
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    assert.equal(await agents(), before);
    slow.destroy();
    await until(
      'room',
      () => create(large),
      ({ status }) => status !== 503,
    );
    assert.equal(await agents(), before + 1);
  });
});

describe('a server that has too much to do', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_MAX_LOOP_DELAY_MS: '800' });
  });
  after(() => test.close());

  /** Reads and writes are refused for as long as the machine itself is slow. */
  const taken = (method: string, path = '/agents', body?: object) =>
    until(
      'it to be taken',
      () => test.owner.call(method, path, body),
      ({ status }) => status !== 503,
    );

  /** The refusal of what is asked while the process is behind. Who asks before the late timer finds nothing yet. */
  const behind = (ask: () => Promise<Reply>) =>
    until(
      'a refusal',
      async () => {
        await test.request('GET', '/health/ready');
        const busyUntil = performance.now() + 1_000;
        while (performance.now() < busyUntil);
        return ask();
      },
      ({ status }) => status === 503,
    );

  it('refuses what writes while it has fallen behind, says so to balancers, and comes back', async () => {
    const key = (await taken('POST', '/agent-keys', { name: 'K' })).field('key');
    const before = await taken('GET');
    let made = 1;
    const refused = await behind(async () => {
      const reply = await test.owner.call('POST', '/agents', AGENT);
      if (reply.status === 201) made += 1;
      return reply;
    });
    assertError(refused, 503, 'SERVICE_UNAVAILABLE');
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    const call = await behind(() =>
      test.request('POST', '/api/agents/v1/chat/completions', { token: key, body: {} }),
    );
    assert.equal(call.field('error.code'), 'overloaded');
    const ready = await behind(() => test.request('GET', '/health/ready'));
    assert.match(ready.field('error.details.reason'), /fallen behind/);
    assert.equal((await test.request('GET', '/health')).status, 200);
    await until(
      'it to be ready',
      () => test.request('GET', '/health/ready'),
      ({ status }) => status === 200,
    );
    assert.equal((await taken('POST', '/agents', AGENT)).status, 201);
    assert.equal(at((await taken('GET')).body, 'total'), Number(at(before.body, 'total')) + made);
  });
});

describe('a server whose disk cannot be written', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const pragma = (text: string) => test.app.db.write([{ sql: `PRAGMA ${text}`, params: [] }]);

  it('answers 503 to what it cannot keep, keeps nothing of it, and is ready again when there is room', async () => {
    await pragma('max_page_count = 1');
    const large = { ...AGENT, backstory: 'x'.repeat(45_000) };
    const refused = await test.owner.call('POST', '/agents', large);
    assertError(refused, 503, 'SERVICE_UNAVAILABLE');
    assert.equal(at((await test.owner.call('GET', '/agents')).body, 'total'), 0);
    await pragma('max_page_count = 1000000');
    assert.equal((await test.request('GET', '/health/ready')).status, 200);
    assert.equal((await test.owner.call('POST', '/agents', large)).status, 201);
  });

  it('is not ready, and says why', async () => {
    // The commit of this is the first to be refused.
    await pragma('query_only = 1').catch(() => undefined);
    assertError(await test.owner.call('POST', '/agents', AGENT), 503, 'SERVICE_UNAVAILABLE');
    const ready = await test.request('GET', '/health/ready');
    assertError(ready, 503, 'SERVICE_UNAVAILABLE');
    assert.match(ready.field('error.details.reason'), /disk cannot be written/);
    assert.equal((await test.owner.call('GET', '/agents')).status, 200);
  });
});

describe('a server with too little room on its disk', () => {
  it('is not ready, and says how much there is', async () => {
    const test = await startTestApp({ MUSTER_MIN_FREE_DISK_MB: '900000000' });
    after(() => test.close());
    const ready = await test.request('GET', '/health/ready');
    assertError(ready, 503, 'SERVICE_UNAVAILABLE');
    assert.match(ready.field('error.details.reason'), /the disk is full: \d+ MB are free/);
  });
});
