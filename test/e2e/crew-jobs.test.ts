import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertInvalid } from '../http/replies.ts';
import { CALL_USD, crewsOverProvider } from './crews-over-provider.ts';

describe('jobs of crews over a provider', () => {
  const crews = crewsOverProvider();
  const { answer, agent, crew, start, run, job, events, actions, until } = crews;

  describe('sequential', () => {
    it('each task has the outputs that its context names, and the job has all of them', async () => {
      const done = await run(
        {
          tasks: [
            { name: 'one', description: 'First {topic}', expected_output: 'A list' },
            { name: 'two', description: 'Second', context: [] },
            { name: 'three', description: 'Third', context: ['one', 'Only in English'] },
            { description: 'Fourth' },
          ],
        },
        { topic: 'tea {two}' },
      );
      assert.partialDeepStrictEqual(done.body, {
        status: 'completed',
        progress: 100,
        current_task: null,
        result: 'Done: Fourth',
        error: null,
        inputs: { topic: 'tea {two}' },
        usage: {
          input_tokens: 4000,
          cached_tokens: 0,
          output_tokens: 2000,
          reasoning_tokens: 0,
          cost_usd: 4 * CALL_USD,
        },
      });
      const outputs = at(done.body, 'tasks_output');
      assert.partialDeepStrictEqual(outputs, [
        {
          name: 'one',
          agent: 'Worker',
          status: 'completed',
          output: 'Done: First tea {two}',
          usage: { cost_usd: CALL_USD },
        },
        { name: 'two', output: 'Done: Second' },
        { name: 'three', output: 'Done: Third' },
        { name: 'Fourth', output: 'Done: Fourth' },
      ]);
      const promptOf = (start: string): string =>
        crews.seen.find(({ prompt }) => prompt.startsWith(start))?.prompt ?? '';
      assert.match(promptOf('First tea {two}'), /A list/);
      assert.doesNotMatch(promptOf('Second'), /Done/);
      assert.match(promptOf('Third'), /Done: First tea/);
      assert.match(promptOf('Third'), /Only in English/);
      assert.doesNotMatch(promptOf('Third'), /Done: Second/);
      for (const output of ['Done: First tea', 'Done: Second', 'Done: Third']) {
        assert.ok(promptOf('Fourth').includes(output));
      }
      assert.match(crews.seen[0]?.system ?? '', /Worker/);
    });

    it('async tasks and tasks that do not need each other run at once; what needs them waits', async () => {
      const gate = Promise.withResolvers<void>();
      let open = 0;
      const most: number[] = [];
      answer((prompt) => {
        open += 1;
        most.push(open);
        if (open === 3) gate.resolve();
        if (prompt.startsWith('Join')) return { text: 'joined' };
        // All three have begun before any has its answer.
        return { text: 'x', firstByteAfter: gate.promise };
      });
      const id = await start(
        await crew({
          tasks: [
            { name: 'a', description: 'A', async: true },
            { name: 'b', description: 'B', async: true },
            { name: 'c', description: 'C', context: [] },
            { name: 'd', description: 'Join' },
          ],
        }),
      );
      const done = await endOf(crews.person, id);
      assert.equal(done.field('result'), 'joined');
      const order = (await events(id))
        .filter(({ type }) => String(type).startsWith('task_'))
        .map(({ type }) => type);
      assert.deepEqual(order.slice(0, 3), ['task_start', 'task_start', 'task_start']);
      assert.deepEqual(order.slice(-2), ['task_start', 'task_complete']);
    });

    it('a missing input is a 400 that names it, before anything is spent', async () => {
      const crewId = await crew({ tasks: [{ description: 'About {topic} by {date}' }] });
      const refused = await crews.person.call('POST', '/executions', {
        crew_id: crewId,
        inputs: { date: 'now' },
      });
      assertInvalid(refused, 'inputs.topic');
      assert.equal(crews.seen.length, 0);
      const empty = await crews.person.call('POST', '/executions', { crew_id: await crew({ tasks: [] }) });
      assertInvalid(empty, 'tasks');
      assert.equal(empty.field('error.message'), 'Invalid crew configuration');
    });

    it('a job goes on with the crew as it was, whatever becomes of the crew', async () => {
      answer((prompt) => ({
        text: `Done: ${prompt.split('\n')[0]}`,
        firstByteMs: prompt.startsWith('Old 1') ? 150 : 0,
      }));
      const crewId = await crew({ tasks: [{ description: 'Old 1' }, { description: 'Old 2' }] });
      const id = await start(crewId);
      await until('the first call', () => crews.seen.length > 0 || undefined);
      const agentId = (await crews.person.call('GET', `/crews/${crewId}`)).field('agents.0.id');
      await crews.person.call('PATCH', `/agents/${agentId}`, { instructions: 'Be somebody else' });
      await crews.person.call('PUT', `/crews/${crewId}`, { tasks: [{ description: 'New' }] });
      const done = await endOf(crews.person, id);
      assert.equal(done.field('result'), 'Done: Old 2');
      assert.doesNotMatch(crews.seen.at(-1)?.system ?? '', /somebody else/);
    });
  });

  it('are listed by when they were made, with the name of their crew, and briefly where that is wanted', async () => {
    const tasks = [
      { name: 'first', description: 'One' },
      { name: 'second', description: 'Two' },
    ];
    const done = await run({ name: 'Makers', tasks });
    const madeAt = done.field('created_at');
    const after = new Date(Date.parse(madeAt) + 1).toISOString();
    const total = async (query: string) =>
      at((await crews.person.call('GET', `/executions?${query}`)).body, 'total');
    assert.equal(await total(`from=${madeAt}`), 1);
    assert.equal(await total(`from=${after}`), 0);
    assert.equal(await total(`to=${madeAt}`), 0);
    assert.equal(await total(`to=${after}&status=completed`), 1);
    assertInvalid(await crews.person.call('GET', '/executions?from=2026-02-30'), 'from');
    const brief = await crews.person.call('GET', '/executions?brief=true');
    assert.partialDeepStrictEqual(at(brief.body, 'executions.0'), {
      job_id: done.field('job_id'),
      crew_name: 'Makers',
      status: 'completed',
      result: null,
      tasks_output: [],
    });
    const first = done.field('tasks_output.0.task_id');
    assert.deepEqual(at(done.body, 'tasks_output.0.needs'), []);
    assert.deepEqual(at(done.body, 'tasks_output.1.needs'), [first]);
  });

  describe('events', () => {
    it('are dense from 1, their progress never falls, and the one final status is the last', async () => {
      const id = await start(
        await crew({ tasks: [{ name: 'one', description: 'One' }, { description: 'Two' }] }),
      );
      const all = await events(id);
      assert.deepEqual(
        all.map(({ seq }) => seq),
        all.map((_, index) => index + 1),
      );
      const shown = all.filter(({ type }) => type === 'progress').map(({ progress }) => Number(progress));
      assert.deepEqual(
        shown,
        shown.toSorted((a, b) => a - b),
      );
      assert.equal(shown.at(-1), 100);
      const finals = all.filter(({ type, status }) => type === 'job_status' && status !== 'running');
      assert.deepEqual(finals, [all.at(-1)]);
      assert.partialDeepStrictEqual(all.at(-1), { type: 'job_status', status: 'completed', job_id: id });
      const task = all.find(({ type }) => type === 'task_start')?.task_id;
      assert.partialDeepStrictEqual(
        all.find(({ type }) => type === 'task_complete'),
        { task_id: task, result: 'Done: One' },
      );
      const words = all.filter(({ type, task_id }) => type === 'delta' && task_id === task);
      assert.equal(words.map(({ text }) => text).join(''), 'Done: One');
    });

    it('are replayed from where a reader left off, nothing lost and nothing twice', async () => {
      const id = await start(await crew({ tasks: [{ description: 'One' }] }));
      const all = await events(id);
      const rest = await crews.person.call('GET', `/executions/${id}/events`, undefined, {
        'last-event-id': '3',
      });
      const ids = [...rest.text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
      assert.deepEqual(
        ids,
        all.slice(3).map(({ seq }) => seq),
      );
      const wrong = await crews.person.call('GET', `/executions/${id}/events`, undefined, {
        'last-event-id': 'x',
      });
      assertInvalid(wrong, 'Last-Event-ID');
    });

    it('the trace has every model and tool call, in order, with who did it', async () => {
      answer((_prompt, { body }) =>
        JSON.stringify(body).includes('"role":"tool"')
          ? { text: 'It is 42' }
          : { toolCalls: [{ name: 'calculator', arguments: '{"expression":"6*7"}' }] },
      );
      const done = await run({
        agents: [agent('Analyst', { tools: ['calculator'] })],
        tasks: [{ description: 'Six times seven' }],
      });
      const id = done.field('job_id');
      assert.deepEqual(await actions(id), [
        'crew_started',
        'task_started',
        'llm_call',
        'calculator',
        'llm_call',
        'task_completed',
        'crew_completed',
      ]);
      const traces = await crews.person.call('GET', `/executions/${id}/traces`);
      assert.partialDeepStrictEqual(at(traces.body, 'traces.3'), {
        agent: 'Analyst',
        action: 'calculator',
        result: '42',
        is_error: false,
        input: '{"expression":"6*7"}',
      });
      assert.match(traces.field('traces.2.input'), /Six times seven/);
      assert.equal(traces.field('traces.4.output'), 'It is 42');
      assert.match(traces.field('traces.3.timestamp'), /Z$/);
      for (const [query, rows, page] of [
        ['', 7, 1],
        ['?limit=2&page=2', 2, 2],
        ['?limit=2&page=4', 1, 4],
        ['?limit=7', 7, 1],
        ['?limit=5&page=9', 0, 9],
      ] as const) {
        const { body } = await crews.person.call('GET', `/executions/${id}/traces${query}`);
        assert.deepEqual(
          [at(body, 'traces.length'), at(body, 'total'), at(body, 'page')],
          [rows, 7, page],
          query,
        );
      }
    });
  });

  describe('hierarchical', () => {
    const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: JSON.stringify(args) }] });

    it('a manager hands out, asks, sends back and answers; the trace shows it', async () => {
      let turn = 0;
      answer((prompt, { system }) => {
        if (!system.includes('You manage')) return { text: `Worked: ${prompt.split('\n')[0]}` };
        turn += 1;
        if (turn === 1) return call('delegate_work', { task: 'Draft', context: 'Short', coworker: 'Writer' });
        if (turn === 2)
          return call('ask_coworker', { question: 'True?', context: 'Draft', coworker: 'Checker' });
        if (turn === 3)
          return call('delegate_work', { task: 'Mend', context: 'Shorter', coworker: 'Writer' });
        return { text: 'Final' };
      });
      const done = await run({
        process: 'hierarchical',
        agents: [agent('Writer'), agent('Checker')],
        tasks: [{ description: 'Write about tea' }],
      });
      assert.equal(done.field('result'), 'Final', done.text);
      assert.equal(at(done.body, 'usage.cost_usd'), 7 * CALL_USD);
      const shown = await actions(done.field('job_id'));
      assert.deepEqual(
        shown.filter((action) => /delegate_work|ask_coworker/.test(action)),
        ['delegate_work', 'ask_coworker', 'delegate_work'],
      );
      const asked = crews.seen
        .filter(({ system }) => !system.includes('You manage'))
        .map(({ prompt }) => prompt);
      assert.match(asked[0] ?? '', /^Draft[\s\S]*Short/);
      assert.match(asked[1] ?? '', /True\?/);
      const [first] = crews.seen;
      const tools = at(first?.body, 'tools');
      assert.ok(Array.isArray(tools));
      const names = tools.map((tool) => at(tool, 'function.name'));
      assert.deepEqual(names, ['delegate_work', 'ask_coworker']);
      assert.deepEqual(at(tools[0], 'function.parameters.properties.coworker.enum'), ['Writer', 'Checker']);
      assert.equal(at(first?.body, 'tool_choice'), 'required');
    });

    it('a coworker that does not exist is told to the manager, not the end of the job', async () => {
      let turn = 0;
      answer(() => {
        turn += 1;
        return turn === 1
          ? call('delegate_work', { task: 'x', context: '', coworker: 'Crew Manager' })
          : { text: 'Alone then' };
      });
      const done = await run({
        process: 'hierarchical',
        agents: [agent('Writer')],
        tasks: [{ description: 'Write' }],
      });
      assert.equal(done.field('result'), 'Alone then');
      assert.match(JSON.stringify(crews.seen[1]?.body), /no coworker 'Crew Manager'/);
    });

    it('hands out no more than max_delegations, whatever the manager wants', async () => {
      answer((_prompt, { system, body }) => {
        if (!system.includes('You manage')) return { text: 'Worked' };
        return at(body, 'tool_choice') === 'none'
          ? { text: 'Enough' }
          : call('delegate_work', { task: 'More', context: '', coworker: 'Writer' });
      });
      const done = await run({
        process: 'hierarchical',
        max_delegations: 3,
        agents: [agent('Writer')],
        tasks: [{ description: 'Write' }],
      });
      assert.equal(done.field('result'), 'Enough', done.text);
      assert.equal(crews.seen.filter(({ system }) => !system.includes('You manage')).length, 3);
    });

    it('the manager has its own model', async () => {
      await crews.test.owner.call('PUT', '/models/openai%2Fboss/price', {
        input_usd_per_million: 1,
        output_usd_per_million: 2,
      });
      await run({
        process: 'hierarchical',
        manager_model: 'openai/boss',
        agents: [agent('Writer')],
        tasks: [{ description: 'Write' }],
      });
      assert.equal(at(crews.seen[0]?.body, 'model'), 'boss');
    });
  });

  describe('rerun', () => {
    it('keeps the outputs before a task and does the rest again', async () => {
      const crewId = await crew({
        tasks: [
          { name: 'a', description: 'A' },
          { name: 'b', description: 'B' },
          { name: 'c', description: 'C' },
        ],
      });
      const first = await endOf(crews.person, await start(crewId));
      answer((prompt) => ({ text: `Again: ${prompt.split('\n')[0]}` }));
      const again = await crews.person.call('POST', `/executions/${first.field('job_id')}/rerun`, {
        from_task: 'b',
      });
      assert.equal(again.status, 202, again.text);
      assert.equal(again.field('status'), 'queued');
      const done = await endOf(crews.person, again.field('job_id'));
      assert.partialDeepStrictEqual(done.body, {
        status: 'completed',
        rerun_of: first.field('job_id'),
        tasks_output: [
          { output: 'Done: A', kept: true },
          { output: 'Again: B', kept: false },
          { output: 'Again: C' },
        ],
      });
      assert.match(crews.seen[0]?.prompt ?? '', /Done: A/);
      const wrong = await crews.person.call('POST', `/executions/${first.field('job_id')}/rerun`, {
        from_task: 'zzz',
      });
      assertInvalid(wrong, 'from_task');
    });

    it('takes other inputs, and the crew as it is now where that is wanted', async () => {
      const crewId = await crew({ tasks: [{ name: 'a', description: 'About {x}' }] });
      const first = await endOf(crews.person, await start(crewId, { x: 'tea' }));
      const path = `/executions/${first.field('job_id')}/rerun`;
      await crews.person.call('PUT', `/crews/${crewId}`, { tasks: [{ name: 'a', description: 'Now {x}' }] });
      const same = await endOf(crews.person, (await crews.person.call('POST', path, {})).field('job_id'));
      assert.equal(same.field('result'), 'Done: About tea');
      const now = await crews.person.call('POST', path, { use_current_crew: true });
      assert.equal((await endOf(crews.person, now.field('job_id'))).field('result'), 'Done: Now tea');
      const other = await crews.person.call('POST', path, { inputs: { x: 'coffee' } });
      assert.equal((await endOf(crews.person, other.field('job_id'))).field('result'), 'Done: Now coffee');
    });
  });

  it('a batch runs a job for each input, as many at once as it says, and has a status for each', async () => {
    let most = 0;
    const seen = Promise.withResolvers<void>();
    const before = crews.upstream.calls.length;
    const crewId = await crew({ tasks: [{ description: 'About {x}' }] });
    answer((prompt) => {
      most = Math.max(most, crews.upstream.calls.slice(before).filter(({ finished }) => !finished).length);
      return { text: `Done: ${prompt}`, firstByteMs: 30, firstByteAfter: seen.promise };
    });
    const inputs = ['a', 'b', 'c', 'd', 'e'].map((x) => ({ x }));
    const started = await crews.person.call('POST', '/executions/batch', {
      crew_id: crewId,
      inputs,
      concurrency: 2,
    });
    assert.equal(started.status, 202, started.text);
    const jobs = at(started.body, 'jobs');
    assert.ok(Array.isArray(jobs) && jobs.length === 5);
    const last = String(at(jobs[4], 'job_id'));
    assert.equal((await job(last)).field('status'), 'queued');
    seen.resolve();
    for (const one of jobs) await endOf(crews.person, String(at(one, 'job_id')));
    const batch = await crews.person.call('GET', `/batches/${started.field('batch_id')}`);
    assert.partialDeepStrictEqual(batch.body, {
      status: 'completed',
      counts: { completed: 5 },
      concurrency: 2,
      cost_usd: 5 * CALL_USD,
    });
    const ids = jobs.map((one) => at(one, 'job_id'));
    const pageOf = async (query: string) => {
      const { body } = await crews.person.call('GET', `/batches/${started.field('batch_id')}${query}`);
      const found = at(body, 'jobs');
      assert.ok(Array.isArray(found));
      assert.partialDeepStrictEqual(body, { status: 'completed', counts: { completed: 5 }, total: 5 });
      return found;
    };
    const idsOf = (found: readonly unknown[]) => found.map((one) => at(one, 'job_id'));
    assert.deepEqual(idsOf(await pageOf('')), ids, 'in the order of their inputs');
    assert.deepEqual(idsOf(await pageOf('?limit=2')), ids.slice(0, 2));
    assert.deepEqual(idsOf(await pageOf('?limit=2&page=3')), ids.slice(4));
    assert.deepEqual(await pageOf('?limit=2&page=4'), []);
    assert.deepEqual(await pageOf('?page=2'), [], 'pages without a limit are of a hundred');
    const third = await crews.person.call('GET', `/batches/${started.field('batch_id')}?limit=2&page=3`);
    assert.equal(at(third.body, 'page'), 3);
    const [brief] = await pageOf('?limit=1&brief=true');
    assert.partialDeepStrictEqual(brief, { status: 'completed', tasks_output: [], inputs: { x: 'a' } });
    assert.ok(most <= 2, `${most} at once`);
    const missing = await crews.person.call('POST', '/executions/batch', {
      crew_id: crewId,
      inputs: [{ x: 'a' }, {}],
    });
    assertInvalid(missing, 'inputs.1.x');
    assert.equal(at((await crews.person.call('GET', '/executions')).body, 'total'), 5);
  });

  it('the estimate goes by what past jobs took', async () => {
    const crewId = await crew({ tasks: [{ description: 'x' }] });
    const first = await crews.person.call('POST', '/executions', { crew_id: crewId });
    assert.equal(at(first.body, 'estimated_duration'), 30);
    await endOf(crews.person, first.field('job_id'));
    const second = await crews.person.call('POST', '/executions', { crew_id: crewId });
    assert.equal(at(second.body, 'estimated_duration'), 1);
    await endOf(crews.person, second.field('job_id'));
  });
});
