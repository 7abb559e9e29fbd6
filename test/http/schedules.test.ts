import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ManualTime, manualTime } from '../../src/testing/manual-time.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';
import { createCrew, endOf } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A full hour. */
const NOON = Date.parse('2027-03-01T12:00:00Z');

describe('schedules', () => {
  let test: TestApp;
  let time: ManualTime;
  let receiver: WebhookReceiver;
  let person: Person;
  before(async () => {
    time = manualTime(NOON);
    receiver = await startWebhookReceiver();
    const settings = { MUSTER_TOOL_ALLOW_HOSTS: receiver.host };
    test = await startTestApp(settings, { clock: time.clock, timers: time.timers });
    person = test.owner;
  });
  after(async () => {
    await test.close();
    await receiver.close();
  });

  const TASK = { name: 'write', expected_output: 'A line', agent: 'Writer' };
  const crewAbout = () => createCrew(person, { tasks: [{ ...TASK, description: '[[say About {topic}]]' }] });
  const add = async (fields: object): Promise<string> => {
    const made = await person.call('POST', '/schedules', { inputs: { topic: 'kettles' }, ...fields });
    assert.equal(made.status, 201, made.text);
    return made.field('id');
  };
  const read = (id: string) => person.call('GET', `/schedules/${id}`);
  const jobsOf = async (crewId: string): Promise<number> =>
    Number(at((await person.call('GET', `/executions?crew_id=${crewId}`)).body, 'total'));
  /** Moves the clock, then waits until the schedule's next time is this. */
  const goTo = async (ms: number, id: string, nextRunAt: string): Promise<void> => {
    time.advance(ms - time.clock.now());
    await untilNext(id, nextRunAt);
  };
  const untilNext = (id: string, nextRunAt: string) =>
    until(
      `the time after to be ${nextRunAt}`,
      () => read(id),
      ({ body }) => at(body, 'next_run_at') === nextRunAt,
    );

  it('start their crew at their times, each time once, with the inputs that were saved', async () => {
    const { crewId } = await crewAbout();
    const now = time.clock.now();
    const id = await add({ crew_id: crewId, cron: '*/10 * * * *', name: 'Every ten' });
    const first = await read(id);
    assert.partialDeepStrictEqual(first.body, {
      ...{ name: 'Every ten', crew_id: crewId, timezone: 'UTC', enabled: true, last_job_id: null },
      next_run_at: new Date(now + 10 * MINUTE).toISOString(),
    });
    time.advance(9 * MINUTE);
    await nextTurn();
    assert.equal(await jobsOf(crewId), 0);
    await goTo(now + 10 * MINUTE, id, new Date(now + 20 * MINUTE).toISOString());
    const begun = await read(id);
    const job = await endOf(person, begun.field('last_job_id'));
    assert.equal(job.field('status'), 'completed');
    assert.equal(job.field('result'), 'About kettles');
    await goTo(now + 20 * MINUTE, id, new Date(now + 30 * MINUTE).toISOString());
    assert.equal(await jobsOf(crewId), 2);
    assert.equal((await person.call('PATCH', `/schedules/${id}`, { enabled: false })).status, 200);
    time.advance(HOUR);
    await nextTurn();
    assert.equal(await jobsOf(crewId), 2);
    assert.equal(at((await read(id)).body, 'next_run_at'), null);
    const ran = await person.call('POST', `/schedules/${id}/run`);
    assert.equal(ran.status, 202, ran.text);
    assert.equal((await endOf(person, ran.field('job_id'))).field('status'), 'completed');
    assert.equal((await read(id)).field('last_job_id'), ran.field('job_id'));
    assert.equal((await person.call('DELETE', `/schedules/${id}`)).status, 204);
    assertError(await read(id), 404, 'NOT_FOUND');
  });

  it('go by the clock of their time zone, through its changes', async () => {
    const { crewId } = await crewAbout();
    const id = await add({ crew_id: crewId, cron: '30 9 * * *', timezone: 'America/New_York' });
    assert.match((await read(id)).field('next_run_at'), /T14:30:00.000Z$/);
    const moved = await person.call('PATCH', `/schedules/${id}`, { timezone: 'Asia/Kolkata' });
    assert.match(moved.field('next_run_at'), /T04:00:00.000Z$/);
    await person.call('DELETE', `/schedules/${id}`);
  });

  it('are refused when their crew, inputs, cron or time zone are wrong', async () => {
    const { crewId } = await crewAbout();
    const refused = async (fields: object, field: string) =>
      assertInvalid(
        await person.call('POST', '/schedules', {
          ...{ crew_id: crewId, cron: '@daily', inputs: { topic: 'x' }, ...fields },
        }),
        field,
      );
    await refused({ inputs: {} }, 'inputs.topic');
    await refused({ cron: '61 * * * *' }, 'cron');
    await refused({ cron: '* * * * * *' }, 'cron');
    await refused({ cron: '0 0 30 2 *' }, 'cron');
    await refused({ cron: '2030-01-01T00:00:00' }, 'cron');
    await refused({ timezone: 'Mars/Olympus' }, 'timezone');
    const foreign = await test.addAccount();
    const theirs = await createCrew(foreign);
    const body = { crew_id: theirs.crewId, cron: '@daily' };
    assertError(await person.call('POST', '/schedules', body), 404, 'NOT_FOUND');
  });

  it('that cannot start say why, tell webhooks, and try again at the next time', async () => {
    const url = `${receiver.url}/failed`;
    await person.call('POST', '/webhooks', { url, events: ['schedule.failed'] });
    const { crewId, taskId } = await crewAbout();
    const now = time.clock.now();
    const id = await add({ crew_id: crewId, cron: '@hourly' });
    // The crew needs more than it did when the schedule was saved.
    await person.call('PUT', `/tasks/${taskId}`, { expected_output: 'A line for {audience}' });
    const next = (hours: number) => new Date((Math.floor(now / HOUR) + hours) * HOUR);
    await goTo(next(1).getTime(), id, next(2).toISOString());
    const failed = await read(id);
    assert.match(failed.field('last_error.message'), /audience/);
    assert.equal(at(failed.body, 'enabled'), true);
    time.advance(50);
    const [message] = await receiver.waitFor(1, ({ path }) => path.endsWith('/failed'));
    assert.partialDeepStrictEqual(JSON.parse(message?.body ?? ''), {
      type: 'schedule.failed',
      data: { schedule_id: id, crew_id: crewId },
    });
    await person.call('PUT', `/tasks/${taskId}`, { expected_output: 'A line' });
    await goTo(next(2).getTime(), id, next(3).toISOString());
    assert.equal(at((await read(id)).body, 'last_error'), null);
    await person.call('DELETE', `/schedules/${id}`);
  });

  it('name their crew as it is called now, and none that is gone', async () => {
    const { crewId } = await crewAbout();
    const id = await add({ crew_id: crewId, cron: '@hourly' });
    const names = async () => {
      const { body } = await person.call('GET', `/schedules?crew_id=${crewId}`);
      return [at((await read(id)).body, 'crew_name'), at(body, 'schedules.0.crew_name')];
    };
    await person.call('PUT', `/crews/${crewId}`, { name: 'Night desk' });
    assert.deepEqual(await names(), ['Night desk', 'Night desk']);
    await person.call('DELETE', `/crews/${crewId}`);
    assert.deepEqual(await names(), [null, null]);
  });

  it('of a crew that is deleted are disabled, with the reason', async () => {
    const { crewId } = await crewAbout();
    const id = await add({ crew_id: crewId, cron: '@hourly' });
    assert.equal((await person.call('DELETE', `/crews/${crewId}`)).status, 204);
    assert.partialDeepStrictEqual((await read(id)).body, {
      ...{ enabled: false, next_run_at: null, disabled_reason: 'The crew was deleted.' },
    });
    assertError(await person.call('POST', `/schedules/${id}/run`), 404, 'NOT_FOUND');
    assertError(await person.call('PATCH', `/schedules/${id}`, { enabled: true }), 404, 'NOT_FOUND');
  });
});
