import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { middayClock } from '../../src/testing/midday-clock.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

export const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** Of a call that used as much, at $1 and $2 a million tokens. */
export const CALL_USD = 0.002;
const CREDIT_USD = 10;

/**
 * For the top of a describe: a server with a scripted provider `openai` and a price for its model `m`. Each test has an
 * account of its own, whose credit has to add up afterwards.
 */
export function overProvider() {
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let person: Person;

  before(async () => {
    upstream = await startScriptedUpstream();
    const settings = { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream-secret' };
    test = await startTestApp(settings, { clock: middayClock() });
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });
  beforeEach(async () => {
    person = await test.addAccount();
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      output_usd_per_million: 2,
    });
  });
  async function billing() {
    const { body } = await person.call('GET', '/billing');
    return { balance: Number(at(body, 'balance_usd')), held: Number(at(body, 'held_usd')) };
  }
  /** Whatever a test did: nothing stays on hold, and the bill's lines are what left the balance. */
  afterEach(async () => {
    const { balance } = await until('all holds to be given back', billing, ({ held }) => held === 0);
    const rows = at((await person.call('GET', '/usage?limit=100')).body, 'usage');
    assert.ok(Array.isArray(rows));
    const spent = rows.reduce((sum, row) => sum + Math.round(Number(at(row, 'cost_usd')) * 1e9), 0);
    assert.equal(Math.round(balance * 1e9) + spent, Math.round(CREDIT_USD * 1e9));
  });

  return {
    billing,
    get upstream() {
      return upstream;
    },
    get test() {
      return test;
    },
    /** The owner of this test's account. */
    get person() {
      return person;
    },
  };
}
