import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertInvalid } from '../http/replies.ts';
import { crewsOverProvider } from './crews-over-provider.ts';

describe('what crews over a provider remember', () => {
  const crews = crewsOverProvider();
  const { answer, crew, start, run, actions } = crews;

  const insights = (...list: object[]) => ({ text: JSON.stringify({ insights: list }) });
  const isAboutMemory = (system: string): boolean => system.includes('long-term memory');

  it('what a job has learned is drawn by the crew’s model, recalled in the next, and gone when cleared', async () => {
    answer((prompt, { system }) =>
      isAboutMemory(system)
        ? insights({ category: 'preferences', insight: 'Kettles are wanted in red', replaces: null })
        : { text: `Done: ${prompt.split('\n')[0]}` },
    );
    const crewId = await crew({ memory: true, tasks: [{ name: 'sell', description: 'Sell kettles' }] });
    const first = await start(crewId);
    await endOf(crews.person, first);
    const memory = await crews.person.call('GET', `/memory/${crewId}`);
    assert.partialDeepStrictEqual(memory.body, {
      short_term: [{ content: 'sell: Done: Sell kettles', job_id: first }],
      long_term: [
        { category: 'preferences', insights: ['Kettles are wanted in red'], sources: [{ job_id: first }] },
      ],
    });
    answer((prompt, { system }) =>
      isAboutMemory(system)
        ? insights(
            { category: 'Preferences', insight: 'kettles are wanted in RED.', replaces: null },
            { category: 'Preferences', insight: 'Kettles are wanted in blue', replaces: 1 },
          )
        : { text: `Done: ${prompt.split('\n')[0]}` },
    );
    await endOf(crews.person, await start(crewId));
    assert.match(crews.seen[0]?.prompt ?? '', /Kettles are wanted in red/);
    const merged = await crews.person.call('GET', `/memory/${crewId}`);
    assert.partialDeepStrictEqual(at(merged.body, 'long_term'), [
      { category: 'preferences', insights: ['Kettles are wanted in blue'] },
    ]);
    const clear = (type: string) => crews.person.call('POST', `/memory/${crewId}/clear`, { type });
    assertInvalid(await clear('everything'), 'type');
    assert.equal((await clear('short_term')).status, 204);
    assert.deepEqual(at((await crews.person.call('GET', `/memory/${crewId}`)).body, 'short_term'), []);
    assert.equal((await clear('all')).status, 204);
    assert.deepEqual((await crews.person.call('GET', `/memory/${crewId}`)).body, {
      short_term: [],
      long_term: [],
    });
    await endOf(crews.person, await start(crewId));
    assert.doesNotMatch(crews.seen.at(-2)?.prompt ?? '', /blue|red/);
  });

  it('a task is told nothing of its own job but what its context names', async () => {
    answer((prompt, { system }) =>
      isAboutMemory(system) ? insights() : { text: `Done: ${prompt.split('\n')[0]}` },
    );
    const tasks = [{ description: 'Sell kettles' }, { description: 'Count kettles', context: [] }];
    const crewId = await crew({ memory: true, tasks });
    await endOf(crews.person, await start(crewId));
    assert.doesNotMatch(crews.seen[1]?.prompt ?? '', /Sell kettles/);
    await endOf(crews.person, await start(crewId));
    assert.match(crews.seen.at(-2)?.prompt ?? '', /remembered from earlier work:.*Done: Sell kettles/s);
  });

  it('memory: false makes no memory call and keeps nothing', async () => {
    const crewId = await crew({ memory: false, tasks: [{ description: 'Sell kettles' }] });
    await endOf(crews.person, await start(crewId));
    assert.equal(crews.seen.length, 1);
    assert.deepEqual((await crews.person.call('GET', `/memory/${crewId}`)).body, {
      short_term: [],
      long_term: [],
    });
  });

  it('a job whose insights can not be drawn is complete without', async () => {
    answer((_prompt, { system }) =>
      isAboutMemory(system) ? { status: 400, error: { message: 'no' } } : { text: 'Done' },
    );
    const done = await run({ memory: true, tasks: [{ description: 'Sell kettles' }] });
    assert.equal(done.field('status'), 'completed');
    assert.ok((await actions(done.field('job_id'))).includes('memory_write_failed'));
  });

  it('the trace tells the calls that judge and that remember from the work on the task', async () => {
    answer((_prompt, { system }) => {
      if (isAboutMemory(system)) return insights();
      const isJudge = system.includes('keeps a rule');
      return { text: isJudge ? JSON.stringify({ valid: true, reason: '' }) : 'Done' };
    });
    const done = await run({
      memory: true,
      agents: [crews.agent('Writer')],
      tasks: [{ description: 'Sell kettles', guardrail: 'Be kind' }],
    });
    const { body } = await crews.person.call('GET', `/executions/${done.field('job_id')}/traces`);
    const rows = at(body, 'traces');
    assert.ok(Array.isArray(rows));
    const calls = rows
      .filter((row) => ['llm_call', 'memory_write'].includes(String(at(row, 'action'))))
      .map((row) => [at(row, 'agent'), at(row, 'action'), Reflect.get(row, 'purpose')]);
    assert.deepEqual(calls, [
      ['Writer', 'llm_call', undefined],
      ['Writer', 'llm_call', 'guardrail'],
      ['Memory', 'llm_call', 'memory'],
      ['Memory', 'memory_write', undefined],
    ]);
  });

  it('what is about one end user is not told to another', async () => {
    answer((prompt, { system }) =>
      isAboutMemory(system)
        ? insights({ category: 'people', insight: 'Ada likes kettles in green', replaces: null })
        : { text: `Done: ${prompt.split('\n')[0]}` },
    );
    const crewId = await crew({ memory: true, tasks: [{ description: 'Sell kettles' }] });
    const startFor = async (user: string) => {
      const reply = await crews.person.call('POST', '/executions', { crew_id: crewId, user });
      return endOf(crews.person, reply.field('job_id'));
    };
    await startFor('ada');
    await startFor('bob');
    const asked = crews.seen.filter(({ system }) => !isAboutMemory(system)).map(({ prompt }) => prompt);
    assert.doesNotMatch(asked[1] ?? '', /green/);
    await startFor('ada');
    assert.match(crews.seen.at(-2)?.prompt ?? '', /green/);
  });
});
