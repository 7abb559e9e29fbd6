import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { middayClock } from '../../src/testing/midday-clock.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { talk } from './objects.ts';
import { assertInvalid } from './replies.ts';

const HOUR_MS = 3_600_000;

describe('analytics', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({}, { clock: middayClock() });
  });
  after(() => test.close());

  /** A crew of one agent, and what its single task says to the built-in model. */
  async function createCrew(person: Person, says: string): Promise<string> {
    const crew = await person.call('POST', '/crews', {
      name: 'Writers',
      process: 'sequential',
      agents: [{ role: 'Writer', goal: 'Write', model: 'sandbox' }],
      tasks: [{ description: says, expected_output: 'A line', agent: 0 }],
    });
    assert.equal(crew.status, 201, crew.text);
    return crew.field('id');
  }

  /** Runs a job of the crew to its end. */
  async function runCrew(person: Person, crewId: string): Promise<string> {
    const started = await person.call('POST', '/executions', { crew_id: crewId, inputs: {} });
    assert.equal(started.status, 202, started.text);
    const path = `/executions/${started.field('job_id')}`;
    return until(
      'its end',
      async () => (await person.call('GET', path)).field('status'),
      (status) => ['completed', 'failed', 'stopped'].includes(status),
    );
  }

  it('count executions, tokens, outcomes and time, by crew, to the last token of the bill', async () => {
    const person = await test.addAccount();
    const [good, bad] = [await createCrew(person, 'Say hello'), await createCrew(person, '[[fail 400]]')];
    assert.deepEqual(
      [await runCrew(person, good), await runCrew(person, good), await runCrew(person, bad)],
      ['completed', 'completed', 'failed'],
    );
    await talk(test, person);

    const usage = await person.call('GET', '/analytics/usage');
    assert.equal(usage.status, 200, usage.text);
    assert.equal(at(usage.body, 'executions'), 3);
    const bill = at((await person.call('GET', '/usage/summary')).body, 'totals');
    for (const name of ['runs', 'input_tokens', 'output_tokens', 'cost_usd']) {
      assert.equal(at(usage.body, name), at(bill, name), name);
    }
    assert.equal(at(usage.body, 'by_crew.0.crew_id'), good);
    assert.equal(at(usage.body, 'by_crew.0.crew_name'), 'Writers');
    assert.equal(at(usage.body, 'by_crew.0.executions'), 2);
    assert.ok(Number(at(usage.body, 'by_crew.0.output_tokens')) > 0);
    assert.ok(Number(at(usage.body, 'by_crew.0.output_tokens')) < Number(at(usage.body, 'output_tokens')));
    assert.equal(at(usage.body, 'by_day.0.output_tokens'), at(usage.body, 'output_tokens'));

    const performance = await person.call('GET', '/analytics/performance');
    assert.equal(performance.status, 200, performance.text);
    assert.partialDeepStrictEqual(performance.body, {
      executions: 3,
      completed: 2,
      failed: 1,
      stopped: 0,
      success_rate: 2 / 3,
      by_crew: [
        { crew_id: good, executions: 2, success_rate: 1 },
        { crew_id: bad, executions: 1, failed: 1, success_rate: 0 },
      ],
      by_agent: [{ runs: 1, completed: 1, success_rate: 1 }],
    });
    assert.ok(Number(at(performance.body, 'average_duration_ms')) >= 0);

    const one = await person.call('GET', `/analytics/performance?crew_id=${bad}`);
    assert.partialDeepStrictEqual(one.body, { executions: 1, success_rate: 0 });
  });

  it('an account sees nothing of another, and nothing of nothing', async () => {
    const stranger = await test.addAccount();
    const usage = await stranger.call('GET', '/analytics/usage');
    assert.partialDeepStrictEqual(usage.body, {
      executions: 0,
      runs: 0,
      cost_usd: 0,
      by_day: [],
      by_crew: [],
    });
    const performance = await stranger.call('GET', '/analytics/performance');
    assert.partialDeepStrictEqual(performance.body, {
      executions: 0,
      success_rate: null,
      average_duration_ms: null,
      by_crew: [],
      by_agent: [],
    });
  });

  it('the period is that of the query, thirty days when it has none', async () => {
    await talk(test, test.owner);
    const read = (query: string) => test.owner.call('GET', `/analytics/usage${query}`);
    const standard = await read('');
    const days = (Date.parse(standard.field('to')) - Date.parse(standard.field('from'))) / (24 * HOUR_MS);
    assert.equal(days, 30);
    assert.equal(at((await read('?to=2020-01-01')).body, 'runs'), 0);
    assert.equal((await read('?from=2026-11-21&to=2026-11-21')).field('to'), '2026-11-22T00:00:00.000Z');
    assertInvalid(await read('?from=yesterday'), 'from');
  });
});
