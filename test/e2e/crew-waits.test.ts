import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from '../http/objects.ts';

/** A clock that a test sets forward. */
function settableClock() {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(ms: number) {
      ahead += ms;
    },
  };
}

describe('jobs that wait for people', () => {
  const clock = settableClock();
  let test: TestApp;
  let person: Person;
  before(async () => {
    test = await startTestApp({}, { clock });
    person = test.owner;
  });
  after(() => test.close());

  /** Resolves with the event by which a job says that it waits, once `react` has been done on it. */
  async function whenAsked(jobId: string, react: (taskId: string) => Promise<unknown>): Promise<void> {
    const asked = Promise.withResolvers<void>();
    const subscription = await test.app.executions.subscribe(person.accountId, jobId, 0, {
      onEvents(events) {
        const wait = events.find(({ type }) => type === 'waiting_for_input');
        if (wait) react(String(wait.data.task_id)).then(() => asked.resolve(), asked.reject);
      },
      onError: asked.reject,
    });
    await asked.promise;
    subscription.close();
  }

  it('whoever is told of a wait can answer it in the same moment', async () => {
    const { crewId } = await createCrew(person, {
      tasks: [{ name: 'ask', description: 'Greet', agent: 'Writer', human_input: true }],
    });
    for (let round = 0; round < 5; round++) {
      const jobId = await startJob(person, crewId);
      await whenAsked(jobId, (taskId) =>
        test.app.executions.resume(person.accountId, jobId, { taskId, approve: true }),
      );
      const done = await endOf(person, jobId);
      assert.equal(done.field('status'), 'completed');
    }
  });

  it('timeout_s of job and task does not run while a person is waited for', async () => {
    const { crewId } = await createCrew(person, {
      timeout_s: 60,
      tasks: [
        { name: 'ask', description: 'Greet', agent: 'Writer', human_input: true, timeout_s: 60 },
        { name: 'send', description: 'Send', agent: 'Writer' },
      ],
    });
    const jobId = await startJob(person, crewId);
    for (const approve of [false, true]) {
      const wait = `waiting_for_input ${approve}`;
      for (;;) {
        const { body } = await person.call('GET', `/executions/${jobId}`);
        assert.ok(['queued', 'running', 'waiting_for_input'].includes(String(at(body, 'status'))), wait);
        if (at(body, 'status') === 'waiting_for_input') break;
      }
      clock.advance(3_600_000);
      const resumed = await person.call('POST', `/executions/${jobId}/resume`, {
        task_id: 'ask',
        approve,
        feedback: 'Shorter',
      });
      assert.equal(resumed.status, 200, resumed.text);
    }
    const done = await endOf(person, jobId);
    assert.equal(done.field('status'), 'completed', done.text);
  });
});
