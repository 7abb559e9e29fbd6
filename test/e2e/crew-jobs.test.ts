import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import {
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamPlan,
} from '../../src/testing/scripted-upstream.ts';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertError, assertInvalid } from '../http/replies.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
const CALL_USD = 0.002;

describe('jobs of crews over a provider', () => {
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let person: Person;
  let credit = 10;

  before(async () => {
    upstream = await startScriptedUpstream();
    test = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream-secret' });
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
    credit = 10;
    answer((prompt) => ({ text: `Done: ${prompt.split('\n')[0]}` }));
  });
  /** Whatever a test did: nothing stays on hold, and the bill's lines are what left the balance. */
  afterEach(async () => {
    const { body } = await person.call('GET', '/billing');
    assert.equal(at(body, 'held_usd'), 0);
    const rows = at((await person.call('GET', '/usage?limit=100')).body, 'usage');
    assert.ok(Array.isArray(rows));
    const spent = rows.reduce((sum, row) => sum + Math.round(Number(at(row, 'cost_usd')) * 1e9), 0);
    assert.equal(Math.round(Number(at(body, 'balance_usd')) * 1e9) + spent, Math.round(credit * 1e9));
  });

  interface Seen {
    readonly prompt: string;
    readonly system: string;
    readonly body: unknown;
  }
  let seen: Seen[] = [];
  /** Lets the provider answer by the last user message, and notes what it was asked. */
  function answer(plan: (prompt: string, call: Seen) => UpstreamPlan): void {
    seen = [];
    upstream.play(({ body }) => {
      const messages = Array.isArray(body.messages) ? body.messages : [];
      const textOf = (role: string): string => {
        const message = messages.findLast((one) => at(one, 'role') === role);
        const content = at(message, 'content');
        return typeof content === 'string' ? content : String(at(content, '0.text') ?? '');
      };
      const call = { prompt: textOf('user'), system: textOf('system'), body };
      seen.push(call);
      return { usage: USAGE, ...plan(call.prompt, call) };
    });
  }

  const agent = (role: string, fields: object = {}) => ({
    role,
    goal: `Be ${role}`,
    model: 'openai/m',
    ...fields,
  });
  async function crew(fields: object): Promise<string> {
    const made = await person.call('POST', '/crews', {
      name: 'Crew',
      memory: false,
      agents: [agent('Worker')],
      ...fields,
    });
    assert.equal(made.status, 201, made.text);
    return made.field('id');
  }
  async function start(crewId: string, inputs: object = {}): Promise<string> {
    const started = await person.call('POST', '/executions', { crew_id: crewId, inputs });
    assert.equal(started.status, 202, started.text);
    return started.field('job_id');
  }
  const run = async (fields: object, inputs: object = {}): Promise<Reply> =>
    endOf(person, await start(await crew(fields), inputs));
  const job = (id: string) => person.call('GET', `/executions/${id}`);
  async function events(id: string): Promise<Record<string, unknown>[]> {
    const { text } = await person.call('GET', `/executions/${id}/events`);
    return [...text.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
  }
  async function actions(id: string): Promise<string[]> {
    const traces = at((await person.call('GET', `/executions/${id}/traces`)).body, 'traces');
    assert.ok(Array.isArray(traces));
    return traces.map((row) => String(at(row, 'action')));
  }
  async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
    const deadline = Date.now() + 10_000;
    while (Date.now() < deadline) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`never came: ${what}`);
  }

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
        seen.find(({ prompt }) => prompt.startsWith(start))?.prompt ?? '';
      assert.match(promptOf('First tea {two}'), /A list/);
      assert.doesNotMatch(promptOf('Second'), /Done/);
      assert.match(promptOf('Third'), /Done: First tea/);
      assert.match(promptOf('Third'), /Only in English/);
      assert.doesNotMatch(promptOf('Third'), /Done: Second/);
      for (const output of ['Done: First tea', 'Done: Second', 'Done: Third']) {
        assert.ok(promptOf('Fourth').includes(output));
      }
      assert.match(seen[0]?.system ?? '', /Worker/);
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
        return { text: 'x', firstByteMs: 60 };
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
      // All three have begun before any has its answer.
      await gate.promise;
      const done = await endOf(person, id);
      assert.equal(done.field('result'), 'joined');
      const order = (await events(id))
        .filter(({ type }) => String(type).startsWith('task_'))
        .map(({ type }) => type);
      assert.deepEqual(order.slice(0, 3), ['task_start', 'task_start', 'task_start']);
      assert.deepEqual(order.slice(-2), ['task_start', 'task_complete']);
    });

    it('a missing input is a 400 that names it, before anything is spent', async () => {
      const crewId = await crew({ tasks: [{ description: 'About {topic} by {date}' }] });
      const refused = await person.call('POST', '/executions', { crew_id: crewId, inputs: { date: 'now' } });
      assertInvalid(refused, 'inputs.topic');
      assert.equal(seen.length, 0);
      const empty = await person.call('POST', '/executions', { crew_id: await crew({ tasks: [] }) });
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
      await until('the first call', () => seen.length > 0 || undefined);
      const agentId = (await person.call('GET', `/crews/${crewId}`)).field('agents.0.id');
      await person.call('PATCH', `/agents/${agentId}`, { instructions: 'Be somebody else' });
      await person.call('PUT', `/crews/${crewId}`, { tasks: [{ description: 'New' }] });
      const done = await endOf(person, id);
      assert.equal(done.field('result'), 'Done: Old 2');
      assert.doesNotMatch(seen.at(-1)?.system ?? '', /somebody else/);
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
      at((await person.call('GET', `/executions?${query}`)).body, 'total');
    assert.equal(await total(`from=${madeAt}`), 1);
    assert.equal(await total(`from=${after}`), 0);
    assert.equal(await total(`to=${madeAt}`), 0);
    assert.equal(await total(`to=${after}&status=completed`), 1);
    assertInvalid(await person.call('GET', '/executions?from=2026-02-30'), 'from');
    const brief = await person.call('GET', '/executions?brief=true');
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
      const rest = await person.call('GET', `/executions/${id}/events`, undefined, { 'last-event-id': '3' });
      const ids = [...rest.text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
      assert.deepEqual(
        ids,
        all.slice(3).map(({ seq }) => seq),
      );
      const wrong = await person.call('GET', `/executions/${id}/events`, undefined, { 'last-event-id': 'x' });
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
      const traces = await person.call('GET', `/executions/${id}/traces`);
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
      const asked = seen.filter(({ system }) => !system.includes('You manage')).map(({ prompt }) => prompt);
      assert.match(asked[0] ?? '', /^Draft[\s\S]*Short/);
      assert.match(asked[1] ?? '', /True\?/);
      const [first] = seen;
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
      assert.match(JSON.stringify(seen[1]?.body), /no coworker 'Crew Manager'/);
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
      assert.equal(seen.filter(({ system }) => !system.includes('You manage')).length, 3);
    });

    it('the manager has its own model', async () => {
      await test.owner.call('PUT', '/models/openai%2Fboss/price', {
        input_usd_per_million: 1,
        output_usd_per_million: 2,
      });
      await run({
        process: 'hierarchical',
        manager_model: 'openai/boss',
        agents: [agent('Writer')],
        tasks: [{ description: 'Write' }],
      });
      assert.equal(at(seen[0]?.body, 'model'), 'boss');
    });
  });

  describe('an output that is not good enough', () => {
    it('is asked for again with the reason when it breaks its schema, then the task fails', async () => {
      const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
      let turn = 0;
      answer(() => {
        turn += 1;
        return { text: turn < 3 ? '{"n": "many"}' : '{"n": 3}' };
      });
      const done = await run({ tasks: [{ description: 'Count', output_schema: schema }] });
      assert.equal(done.field('result'), '{"n": 3}', done.text);
      assert.match(seen[1]?.prompt ?? '', /'n' must be integer/);
      answer(() => ({ text: 'never' }));
      const failed = await run({ tasks: [{ description: 'Count', output_schema: schema, max_retries: 1 }] });
      assert.partialDeepStrictEqual(failed.body, {
        status: 'failed',
        error: { code: 'VALIDATION_ERROR', details: { code: 'output_refused' } },
        tasks_output: [{ status: 'failed', output: 'never' }],
      });
      assert.equal(seen.length, 2);
    });

    it('is judged by the guardrail in words, and sent back with what the judge says', async () => {
      const verdicts = [
        { valid: false, reason: 'Name the colour.' },
        { valid: true, reason: '' },
      ];
      answer((prompt) =>
        prompt.startsWith('The rule:')
          ? { text: JSON.stringify(verdicts.shift()) }
          : { text: prompt.includes('Name the colour') ? 'It is red' : 'It is nice' },
      );
      const done = await run({ tasks: [{ description: 'Describe', guardrail: 'Must name a colour' }] });
      assert.equal(done.field('result'), 'It is red', done.text);
      const shown = (await actions(done.field('job_id'))).filter((action) => action === 'guardrail');
      assert.equal(shown.length, 2);
      const judged = seen.find(({ prompt }) => prompt.startsWith('The rule:'));
      assert.match(judged?.prompt ?? '', /Must name a colour[\s\S]*It is nice/);
      assert.equal(at(judged?.body, 'response_format.type'), 'json_schema');
    });
  });

  describe('a person in the loop', () => {
    const waiting = (id: string) =>
      until('the wait', async () =>
        (await job(id)).field('status') === 'waiting_for_input' ? true : undefined,
      );

    it('the job waits, takes the feedback, and goes on when it is approved', async () => {
      answer((prompt) => ({ text: prompt.includes('warmer') ? 'Warm' : `Cold ${prompt.split('\n')[0]}` }));
      const id = await start(
        await crew({
          tasks: [{ name: 'greet', description: 'Greet', human_input: true }, { description: 'Send' }],
        }),
      );
      await waiting(id);
      const open = await person.call('GET', `/executions/${id}/waits`);
      const taskId = open.field('waits.0.task_id');
      assert.match(open.field('waits.0.prompt'), /Cold Greet/);
      assert.equal((await person.call('GET', `/tasks/${taskId}`)).field('status'), 'waiting_for_input');
      assert.equal(at((await person.call('GET', '/billing')).body, 'held_usd'), 0);
      const other = await person.call('POST', `/executions/${id}/resume`, {
        task_id: 'task_none',
        approve: true,
      });
      assertError(other, 409, 'CONFLICT');
      const back = { task_id: taskId, approve: false, feedback: 'Be warmer' };
      assert.equal((await person.call('POST', `/executions/${id}/resume`, back)).status, 200);
      await until('the second wait', async () => {
        const { body } = await person.call('GET', `/executions/${id}/waits`);
        return String(at(body, 'waits.0.prompt')).includes('Warm') || undefined;
      });
      const approved = await person.call('POST', `/executions/${id}/resume`, {
        task_id: taskId,
        approve: true,
      });
      assert.equal(approved.field('job_id'), id);
      const done = await endOf(person, id);
      assert.partialDeepStrictEqual(done.body, {
        status: 'completed',
        tasks_output: [{ output: 'Warm' }, { output: 'Cold Send' }],
      });
      const told = (await events(id)).filter(({ type }) => type === 'waiting_for_input');
      assert.equal(told.length, 2);
      assert.equal(told[0]?.task_id, taskId);
    });

    it('a refusal without a word fails the task', async () => {
      const id = await start(
        await crew({ tasks: [{ name: 'greet', description: 'Greet', human_input: true }] }),
      );
      await waiting(id);
      await person.call('POST', `/executions/${id}/resume`, { task_id: 'greet', approve: false });
      assert.equal((await endOf(person, id)).field('status'), 'failed');
    });

    it('a waiting job can be stopped', async () => {
      const id = await start(await crew({ tasks: [{ description: 'Greet', human_input: true }] }));
      await waiting(id);
      const stopped = await person.call('POST', `/executions/${id}/stop`);
      assert.deepEqual(stopped.body, { job_id: id, status: 'stopped' });
      assert.equal((await events(id)).at(-1)?.status, 'stopped');
    });
  });

  describe('stopping', () => {
    it('ends the call under way within a second, keeps what was made, and the bill of what was said', async () => {
      answer((prompt) =>
        prompt.startsWith('Long')
          ? { text: 'word '.repeat(100), chunks: 100, gapMs: 50 }
          : { text: 'First output' },
      );
      const id = await start(
        await crew({ tasks: [{ description: 'Short' }, { description: 'Long' }, { description: 'Never' }] }),
      );
      await until('words of the second task', async () =>
        (upstream.calls.at(-1)?.eventsSent ?? 0) > 3 && seen.length === 2 ? true : undefined,
      );
      const asked = performance.now();
      const stopped = await person.call('POST', `/executions/${id}/stop`);
      assert.deepEqual(stopped.body, { job_id: id, status: 'stopped' });
      assert.ok(performance.now() - asked < 1000);
      assert.ok(await until('the call to be cut', () => upstream.calls.at(-1)?.closedEarly || undefined));
      const after = await job(id);
      assert.partialDeepStrictEqual(after.body, {
        status: 'stopped',
        result: 'First output',
        tasks_output: [
          { status: 'completed', output: 'First output' },
          { status: 'stopped' },
          { status: 'stopped' },
        ],
      });
      assert.ok(Number(at(after.body, 'usage.cost_usd')) > CALL_USD);
      assert.equal(at((await person.call('GET', '/billing')).body, 'held_usd'), 0);
      const again = await person.call('POST', `/executions/${id}/stop`);
      assert.deepEqual(again.body, { job_id: id, status: 'stopped' });
      assert.equal(seen.length, 2);
    });

    it('a job that has ended is left as it is', async () => {
      const done = await run({ tasks: [{ description: 'x' }] });
      const stopped = await person.call('POST', `/executions/${done.field('job_id')}/stop`);
      assert.equal(stopped.field('status'), 'completed');
    });
  });

  describe('bounds', () => {
    it('a job never costs more than max_cost_usd, however much runs at once', async () => {
      const parallel = Array.from({ length: 6 }, (_, index) => ({ description: `T${index}`, async: true }));
      const done = await run({ max_cost_usd: 0.005, tasks: parallel });
      assert.equal(done.field('status'), 'failed');
      assert.partialDeepStrictEqual(at(done.body, 'error'), {
        code: 'INSUFFICIENT_CREDIT',
        details: { code: 'max_cost_reached' },
      });
      assert.ok(Number(at(done.body, 'usage.cost_usd')) <= 0.005);
    });

    it('work side by side is neither cut short nor ended for what others only hold', async () => {
      const bounds: unknown[] = [];
      answer((_prompt, { body }) => {
        bounds.push(at(body, 'max_tokens'));
        return { text: 'x' };
      });
      const parallel = Array.from({ length: 6 }, (_, index) => ({ description: `T${index}`, async: true }));
      // The worst case of a call is some $0.017, its cost $0.002.
      const done = await run({ max_cost_usd: 0.04, tasks: parallel });
      assert.equal(done.field('status'), 'completed', done.text);
      assert.equal(Number(at(done.body, 'usage.cost_usd')), 6 * CALL_USD);
      assert.deepEqual([...new Set(bounds)], [8192]);
    });

    it('a job may wait at max_cost_usd: it holds nothing, goes on with a raised bound and never exceeds it', async () => {
      const tasks = Array.from({ length: 4 }, (_, index) => ({
        name: `t${index}`,
        description: `T${index}`,
      }));
      tasks.push(...['a', 'b'].map((name) => ({ name, description: name, async: true })));
      const crewId = await crew({ max_cost_usd: 0.002, on_max_cost: 'wait', tasks });
      const jobId = await start(crewId);
      const waits = async (count: number) =>
        until(`${count} waits at the bound`, async () => {
          const open = at((await person.call('GET', `/executions/${jobId}/waits`)).body, 'waits');
          const state = await job(jobId);
          assert.ok(!at(state.body, 'finished_at'), state.text);
          const rests = state.field('status') === 'waiting_for_input';
          return rests && Array.isArray(open) && open.length === count ? open : undefined;
        });
      const [wait] = await waits(1);
      assert.partialDeepStrictEqual(wait, { reason: 'max_cost' });
      const { body } = await person.call('GET', '/billing');
      assert.equal(at(body, 'held_usd'), 0);
      const calls = upstream.calls.length;
      const resume = (fields: object) =>
        person.call('POST', `/executions/${jobId}/resume`, { task_id: at(wait, 'task_id'), ...fields });
      for (const max_cost_usd of [undefined, 0.002]) {
        assertInvalid(await resume({ approve: true, max_cost_usd }), 'max_cost_usd');
      }
      assert.equal(upstream.calls.length, calls);
      assert.equal((await resume({ approve: true, max_cost_usd: 0.008 })).status, 200);
      const last = await waits(2);
      assert.equal(Number(at((await job(jobId)).body, 'max_cost_usd')), 0.008);
      assert.ok(Number(at((await job(jobId)).body, 'usage.cost_usd')) <= 0.008);
      // One answer is for the whole job.
      const raised = await person.call('POST', `/executions/${jobId}/resume`, {
        ...{ task_id: at(last[1], 'task_id'), approve: true, max_cost_usd: 1 },
      });
      assert.equal(raised.status, 200, raised.text);
      const done = await endOf(person, jobId);
      assert.equal(done.field('status'), 'completed', done.text);
      assert.equal(Number(at(done.body, 'usage.cost_usd')), 6 * CALL_USD);
      assert.ok((await actions(jobId)).includes('max_cost_reached'));
    });

    it('a job that waits at max_cost_usd ends there when a person says so', async () => {
      const jobId = await start(
        await crew({
          max_cost_usd: 0.00001,
          on_max_cost: 'wait',
          tasks: [{ name: 'one', description: 'x' }],
        }),
      );
      await until('the wait', async () => (await job(jobId)).field('status') === 'waiting_for_input');
      await person.call('POST', `/executions/${jobId}/resume`, { task_id: 'one', approve: false });
      const done = await endOf(person, jobId);
      assert.partialDeepStrictEqual(at(done.body, 'error.details'), { code: 'max_cost_reached' });
      assert.equal(at(done.body, 'usage.cost_usd'), 0);
      const again = await person.call('POST', `/executions/${jobId}/rerun`, { max_cost_usd: 0.5 });
      assert.equal((await endOf(person, again.field('job_id'))).field('status'), 'completed');
    });

    it('a task that works for longer than its timeout fails', async () => {
      answer(() => ({ text: 'x', firstByteMs: 60_000 }));
      const done = await run({ tasks: [{ name: 'slow', description: 'x', timeout_s: 1 }] });
      assert.partialDeepStrictEqual(at(done.body, 'error.details'), { code: 'time_limit_reached' });
    });

    it('a job that works for longer than its timeout fails, and begins nothing more', async () => {
      answer(() => ({ text: 'x', firstByteMs: 60_000 }));
      const done = await run({ timeout_s: 1, tasks: [{ description: 'One' }, { description: 'Two' }] });
      assert.partialDeepStrictEqual(done.body, {
        status: 'failed',
        error: { details: { code: 'time_limit_reached' } },
        tasks_output: [{ status: 'failed' }, { status: 'stopped' }],
      });
      assert.equal(seen.length, 1);
    });

    it('without credit the job fails and says so', async () => {
      await test.owner.call('PUT', '/models/openai%2Fm/price', {
        input_usd_per_million: 0,
        output_usd_per_million: 1_000_000,
      });
      const done = await run({ tasks: [{ description: 'x' }] });
      assert.partialDeepStrictEqual(done.body, { status: 'failed', error: { code: 'INSUFFICIENT_CREDIT' } });
      const told = (await events(done.field('job_id'))).find(({ type }) => type === 'error');
      assert.equal(told?.code, 'INSUFFICIENT_CREDIT');
      assert.equal(seen.length, 0);
    });
  });

  it('what a provider refuses for good fails the task, and the others are stopped', async () => {
    answer((prompt) =>
      prompt.startsWith('Bad')
        ? { status: 400, error: { message: 'no', type: 'invalid' } }
        : { text: 'x', firstByteMs: 60_000 },
    );
    const done = await run({
      tasks: [
        { description: 'Slow', async: true },
        { description: 'Bad', async: true },
        { description: 'Never' },
      ],
    });
    assert.partialDeepStrictEqual(done.body, {
      status: 'failed',
      tasks_output: [{ status: 'stopped' }, { status: 'failed' }, { status: 'stopped' }],
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
      const first = await endOf(person, await start(crewId));
      answer((prompt) => ({ text: `Again: ${prompt.split('\n')[0]}` }));
      const again = await person.call('POST', `/executions/${first.field('job_id')}/rerun`, {
        from_task: 'b',
      });
      assert.equal(again.status, 202, again.text);
      assert.equal(again.field('status'), 'queued');
      const done = await endOf(person, again.field('job_id'));
      assert.partialDeepStrictEqual(done.body, {
        status: 'completed',
        rerun_of: first.field('job_id'),
        tasks_output: [
          { output: 'Done: A', kept: true },
          { output: 'Again: B', kept: false },
          { output: 'Again: C' },
        ],
      });
      assert.match(seen[0]?.prompt ?? '', /Done: A/);
      const wrong = await person.call('POST', `/executions/${first.field('job_id')}/rerun`, {
        from_task: 'zzz',
      });
      assertInvalid(wrong, 'from_task');
    });

    it('takes other inputs, and the crew as it is now where that is wanted', async () => {
      const crewId = await crew({ tasks: [{ name: 'a', description: 'About {x}' }] });
      const first = await endOf(person, await start(crewId, { x: 'tea' }));
      const path = `/executions/${first.field('job_id')}/rerun`;
      await person.call('PUT', `/crews/${crewId}`, { tasks: [{ name: 'a', description: 'Now {x}' }] });
      const same = await endOf(person, (await person.call('POST', path, {})).field('job_id'));
      assert.equal(same.field('result'), 'Done: About tea');
      const now = await person.call('POST', path, { use_current_crew: true });
      assert.equal((await endOf(person, now.field('job_id'))).field('result'), 'Done: Now tea');
      const other = await person.call('POST', path, { inputs: { x: 'coffee' } });
      assert.equal((await endOf(person, other.field('job_id'))).field('result'), 'Done: Now coffee');
    });
  });

  it('a batch runs a job for each input, as many at once as it says, and has a status for each', async () => {
    let most = 0;
    const before = upstream.calls.length;
    const crewId = await crew({ tasks: [{ description: 'About {x}' }] });
    answer((prompt) => {
      most = Math.max(most, upstream.calls.slice(before).filter(({ finished }) => !finished).length);
      return { text: `Done: ${prompt}`, firstByteMs: 30 };
    });
    const inputs = ['a', 'b', 'c', 'd', 'e'].map((x) => ({ x }));
    const started = await person.call('POST', '/executions/batch', {
      crew_id: crewId,
      inputs,
      concurrency: 2,
    });
    assert.equal(started.status, 202, started.text);
    const jobs = at(started.body, 'jobs');
    assert.ok(Array.isArray(jobs) && jobs.length === 5);
    const last = String(at(jobs[4], 'job_id'));
    assert.equal((await job(last)).field('status'), 'queued');
    for (const one of jobs) await endOf(person, String(at(one, 'job_id')));
    const batch = await person.call('GET', `/batches/${started.field('batch_id')}`);
    assert.partialDeepStrictEqual(batch.body, {
      status: 'completed',
      counts: { completed: 5 },
      concurrency: 2,
      cost_usd: 5 * CALL_USD,
    });
    assert.ok(most <= 2, `${most} at once`);
    const missing = await person.call('POST', '/executions/batch', {
      crew_id: crewId,
      inputs: [{ x: 'a' }, {}],
    });
    assertInvalid(missing, 'inputs.1.x');
    assert.equal(at((await person.call('GET', '/executions')).body, 'total'), 5);
  });

  it('the estimate goes by what past jobs took', async () => {
    const crewId = await crew({ tasks: [{ description: 'x' }] });
    const first = await person.call('POST', '/executions', { crew_id: crewId });
    assert.equal(at(first.body, 'estimated_duration'), 30);
    await endOf(person, first.field('job_id'));
    const second = await person.call('POST', '/executions', { crew_id: crewId });
    assert.equal(at(second.body, 'estimated_duration'), 1);
    await endOf(person, second.field('job_id'));
  });

  describe('memory', () => {
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
      await endOf(person, first);
      const memory = await person.call('GET', `/memory/${crewId}`);
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
      await endOf(person, await start(crewId));
      assert.match(seen[0]?.prompt ?? '', /Kettles are wanted in red/);
      const merged = await person.call('GET', `/memory/${crewId}`);
      assert.partialDeepStrictEqual(at(merged.body, 'long_term'), [
        { category: 'preferences', insights: ['Kettles are wanted in blue'] },
      ]);
      const clear = (type: string) => person.call('POST', `/memory/${crewId}/clear`, { type });
      assertInvalid(await clear('everything'), 'type');
      assert.equal((await clear('short_term')).status, 204);
      assert.deepEqual(at((await person.call('GET', `/memory/${crewId}`)).body, 'short_term'), []);
      assert.equal((await clear('all')).status, 204);
      assert.deepEqual((await person.call('GET', `/memory/${crewId}`)).body, {
        short_term: [],
        long_term: [],
      });
      await endOf(person, await start(crewId));
      assert.doesNotMatch(seen.at(-2)?.prompt ?? '', /blue|red/);
    });

    it('a task is told nothing of its own job but what its context names', async () => {
      answer((prompt, { system }) =>
        isAboutMemory(system) ? insights() : { text: `Done: ${prompt.split('\n')[0]}` },
      );
      const tasks = [{ description: 'Sell kettles' }, { description: 'Count kettles', context: [] }];
      const crewId = await crew({ memory: true, tasks });
      await endOf(person, await start(crewId));
      assert.doesNotMatch(seen[1]?.prompt ?? '', /Sell kettles/);
      await endOf(person, await start(crewId));
      assert.match(seen.at(-2)?.prompt ?? '', /remembered from earlier work:.*Done: Sell kettles/s);
    });

    it('memory: false makes no memory call and keeps nothing', async () => {
      const crewId = await crew({ memory: false, tasks: [{ description: 'Sell kettles' }] });
      await endOf(person, await start(crewId));
      assert.equal(seen.length, 1);
      assert.deepEqual((await person.call('GET', `/memory/${crewId}`)).body, {
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

    it('what is about one end user is not told to another', async () => {
      answer((prompt, { system }) =>
        isAboutMemory(system)
          ? insights({ category: 'people', insight: 'Ada likes kettles in green', replaces: null })
          : { text: `Done: ${prompt.split('\n')[0]}` },
      );
      const crewId = await crew({ memory: true, tasks: [{ description: 'Sell kettles' }] });
      const startFor = async (user: string) => {
        const reply = await person.call('POST', '/executions', { crew_id: crewId, user });
        return endOf(person, reply.field('job_id'));
      };
      await startFor('ada');
      await startFor('bob');
      const asked = seen.filter(({ system }) => !isAboutMemory(system)).map(({ prompt }) => prompt);
      assert.doesNotMatch(asked[1] ?? '', /green/);
      await startFor('ada');
      assert.match(seen.at(-2)?.prompt ?? '', /green/);
    });
  });
});
