import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { billingInvariants } from '../../src/billing/index.ts';
import { checkInvariants, type Database } from '../../src/db/index.ts';
import { commonErrors } from '../../src/lib/errors.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At 1 and 2 dollars a million. */
const COST_USD = 0.002;
type Write = Database['write'];

describe('a model call whose outcome cannot be written', () => {
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let model: string;
  let key: string;
  let write: Write;
  before(async () => {
    upstream = await startScriptedUpstream({ text: 'Hello', usage: USAGE });
    test = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' });
    write = test.app.db.write.bind(test.app.db);
    const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
    assert.equal((await test.owner.call('PUT', '/models/openai%2Fm/price', price)).status, 200);
    model = await test.createAgent(test.owner, { model: 'openai/m' });
    ({ key } = await test.createKey(test.owner, { daily_limit_usd: 5 }));
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });

  const ask = (fields = {}) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      body: { model, messages: [{ role: 'user', content: 'Hello' }], ...fields },
      token: key,
    });
  const away = () => Promise.reject(commonErrors.service_unavailable('The disk is full.'));
  const credit = async () => Object((await test.owner.call('GET', '/billing')).body);
  const runs = async () => Object((await test.owner.call('GET', '/usage')).body).total;
  const broken = async () =>
    (await checkInvariants(test.app.db, billingInvariants)).flatMap(({ problems }) => problems);

  for (const [what, outcome] of [
    ['the disk is full when it ends', away],
    ['nobody hears that it was written', async (...args: Parameters<Write>) => write(...args).then(away)],
  ] as const) {
    for (const stream of [false, true]) {
      it(`is billed once, when that can be done (${what}${stream ? ', as a stream' : ''})`, async () => {
        const [had, before] = [await credit(), await runs()];
        const calls = upstream.calls.length;
        // The end of the call is the next that is written after its hold.
        upstream.play(() => {
          test.app.db.write = outcome;
          return { text: 'Hello', usage: USAGE };
        });
        const reply = await ask({ stream });
        assert.equal(reply.status, stream ? 200 : 503, reply.text);
        if (stream) assert.ok(!reply.text.includes('[DONE]'), reply.text);
        test.app.db.write = write;
        const now = await until(
          'the call to be billed',
          credit,
          ({ held_usd, balance_usd }) => held_usd === 0 && balance_usd !== had.balance_usd,
        );
        assert.equal((had.balance_usd - now.balance_usd).toFixed(9), COST_USD.toFixed(9));
        assert.equal(await runs(), before + 1);
        assert.equal(upstream.calls.length, calls + 1);
        assert.deepEqual(await broken(), []);
      });
    }
  }
});
