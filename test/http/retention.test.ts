import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkInvariants } from '../../src/db/index.ts';
import { engineInvariants } from '../../src/engine/index.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';
import { createCrew, endOf, startJob } from './objects.ts';

const DAY = 86_400_000;

describe('what is past its time', () => {
  const time = manualTime(Date.now());
  let test: TestApp;
  let receiver: WebhookReceiver;
  before(async () => {
    receiver = await startWebhookReceiver();
    test = await startTestApp(
      {
        MUSTER_KEEP_TRACES_DAYS: '7',
        MUSTER_KEEP_DELIVERIES_DAYS: '2',
        MUSTER_TOOL_ALLOW_HOSTS: receiver.host,
      },
      { clock: time.clock, timers: time.timers },
    );
  });
  after(async () => {
    await test.close();
    await receiver.close();
  });

  it('is removed, and nothing else: the job stays with its result, its cost and its place in the lists', async () => {
    let { owner } = test;
    const { crewId } = await createCrew(owner);
    const old = await startJob(owner, crewId);
    await endOf(owner, old);
    const before = await owner.call('GET', `/executions/${old}`);
    const hook = await owner.call('POST', '/webhooks', { url: receiver.url, events: ['job.completed'] });
    const hookPath = `/webhooks/${hook.field('id')}`;
    await owner.call('POST', `${hookPath}/test`);
    time.advance(3 * DAY);
    owner = await test.login(owner.email);
    const fresh = await startJob(owner, crewId);
    await endOf(owner, fresh);
    assert.deepEqual(await test.app.retention.sweep(), { jobs: 0, deliveries: 1, auditLines: 0 });
    time.advance(5 * DAY);
    owner = await test.login(owner.email);
    // The news of the second job, which were due all the time: what is under way is no log yet.
    await until(
      'them to be delivered',
      () => owner.call('GET', `${hookPath}/deliveries?status=delivered`),
      ({ body }) => at(body, 'total') === 1,
    );
    assert.equal((await test.app.retention.sweep()).jobs, 1);
    assert.deepEqual(at((await owner.call('GET', `/executions/${old}/traces`)).body, 'traces'), []);
    assert.equal((await owner.call('GET', `/executions/${old}`)).text, before.text);
    // A reader of a log that is gone is not left waiting.
    assert.equal((await owner.call('GET', `/executions/${old}/events`)).status, 200);
    const kept = await owner.call('GET', `/executions/${fresh}/traces`);
    assert.ok(Array.isArray(at(kept.body, 'traces')) && kept.text.includes('crew_completed'));
    const again = await owner.call('POST', `/executions/${old}/rerun`, {});
    assert.equal((await endOf(owner, again.field('job_id'))).field('status'), 'completed');
    assert.deepEqual(await test.app.retention.sweep(), { jobs: 0, deliveries: 0, auditLines: 0 });
    for (const { name, problems } of await checkInvariants(test.app.db, engineInvariants))
      assert.deepEqual(problems, [], name);
  });
});
