import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { billingInvariants } from '../../src/billing/index.ts';
import { checkInvariants, type Database } from '../../src/db/index.ts';
import { commonErrors } from '../../src/lib/errors.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

describe('a database that is away when credit is to be held', () => {
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let model: string;
  let key: string;
  before(async () => {
    upstream = await startScriptedUpstream();
    test = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' });
    const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
    assert.equal((await test.owner.call('PUT', '/models/openai%2Fm/price', price)).status, 200);
    model = await test.createAgent(test.owner, { model: 'openai/m' });
    ({ key } = await test.createKey(test.owner, {}));
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });

  const call = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const reply = await test.request(method, `/api/agents/v1${path}`, { ...(body && { body }), token: key });
    assert.ok(reply.status < 300, reply.text);
    return Object(reply.body);
  };
  const credit = async () => Object((await test.owner.call('GET', '/billing')).body);

  /** Until it is called, holds are refused for a database that is away, those excepted that wait for it. */
  const loseHolds = (): { refused: number; giveBack(): void } => {
    const { db } = test.app;
    const { write } = db;
    const giveBack = (): void => {
      db.write = write;
    };
    const lost = { refused: 0, giveBack };
    db.write = async (...args: Parameters<Database['write']>) => {
      const [statements, options] = args;
      if (options?.whenAway !== 'wait' && statements.some(({ sql }) => /^insert into "holds"/i.test(sql))) {
        lost.refused += 1;
        throw commonErrors.service_unavailable('The database cannot be reached at the moment.');
      }
      return write.apply(db, args);
    };
    return lost;
  };

  it('is no outcome of a job: once it is back, the job is tried again and answers', async () => {
    const lost = loseHolds();
    const { id } = await call('POST', '/responses', { model, input: 'Hello', background: true });
    await until('the hold to be refused', () => lost.refused > 0);
    lost.giveBack();
    upstream.play({ text: 'Here I am' });
    const ended = ({ status }: { status?: string; error?: unknown; output?: unknown }) =>
      status !== 'queued' && status !== 'in_progress';
    const response = await until('the response', () => call('GET', `/responses/${id}`), ended);
    assert.equal(response.status, 'completed', JSON.stringify(response.error));
    assert.ok(JSON.stringify(response.output).includes('Here I am'));
  });

  it('is waited for by a call that was made and cost more than was held: it is billed in full', async () => {
    const had = await credit();
    const usage = { prompt_tokens: 800_000, completion_tokens: 100_000, total_tokens: 900_000 };
    let lost: ReturnType<typeof loseHolds> | undefined;
    upstream.play(() => {
      lost = loseHolds();
      return { text: 'Hello', usage };
    });
    await call('POST', '/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] });
    lost?.giveBack();
    assert.equal((had.balance_usd - (await credit()).balance_usd).toFixed(9), (1).toFixed(9));
    const checks = await checkInvariants(test.app.db, billingInvariants);
    assert.deepEqual(
      checks.flatMap(({ problems }) => problems),
      [],
    );
  });
});
