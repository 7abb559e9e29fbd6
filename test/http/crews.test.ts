import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const WRITER = { role: 'Content Writer', goal: 'Create engaging content', model: 'sandbox' };

describe('crews and tasks', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());
  const call = (method: string, path: string, body?: unknown) => test.owner.call(method, path, body);

  describe('making a crew', () => {
    it('answers as documented, and its agents are agents like any other', async () => {
      const made = await call('POST', '/crews', {
        name: 'Marketing Crew',
        description: 'Content generation team',
        process: 'hierarchical',
        agents: [WRITER],
      });
      assert.equal(made.status, 201, made.text);
      const id = made.field('id');
      assert.match(id, /^crew_/);
      assert.deepEqual(made.body, { id, name: 'Marketing Crew', status: 'configuring' });
      const crew = await call('GET', `/crews/${id}`);
      assert.partialDeepStrictEqual(crew.body, {
        id,
        name: 'Marketing Crew',
        description: 'Content generation team',
        process: 'hierarchical',
        status: 'configuring',
        tasks: [],
        configuration: { process: 'hierarchical', memory: true, manager_model: null, max_cost_usd: null },
      });
      const agent = await call('GET', `/agents/${crew.field('agents.0.id')}`);
      assert.partialDeepStrictEqual(agent.body, { role: 'Content Writer', crew_id: id, status: 'ready' });
      const listed = await call('GET', `/agents?crew_id=${id}`);
      assert.equal(at(listed.body, 'total'), 1);
    });

    it('refuses one without agents in the words of the contract', async () => {
      for (const agents of [undefined, []]) {
        const refused = await call('POST', '/crews', { name: 'Empty', process: 'sequential', agents });
        assertError(refused, 400, 'VALIDATION_ERROR');
        assert.equal(refused.field('error.message'), 'Invalid crew configuration');
        assert.deepEqual(at(refused.body, 'error.details'), {
          field: 'agents',
          reason: 'At least one agent required',
        });
      }
    });

    it('takes tasks that name their agent by role, name, place or nothing where there is one', async () => {
      const made = await call('POST', '/crews', {
        name: 'Tasks',
        agents: [WRITER, { ...WRITER, role: 'Editor', name: 'Ed' }],
        tasks: [
          { description: 'a', agent: 'content writer' },
          { description: 'b', agent: 'Ed' },
          { description: 'c', agent: 1 },
        ],
      });
      const crew = await call('GET', `/crews/${made.field('id')}`);
      assert.equal(crew.field('status'), 'active');
      const [writer, editor] = [crew.field('agents.0.id'), crew.field('agents.1.id')];
      assert.equal(at(crew.body, 'agents.0.role'), 'Content Writer');
      const owners = [0, 1, 2].map((index) => crew.field(`tasks.${index}.agent_id`));
      assert.deepEqual(owners, [writer, editor, editor]);
    });

    it('is all or nothing: what is wrong anywhere leaves no agent and no crew behind', async () => {
      const stranger = await test.addAccount();
      const wrong = [
        [{ agents: [WRITER, { role: 'x', goal: 'y', model: 'no/such-model' }] }, 'agents.1.model'],
        [{ agents: [{ ...WRITER, tools: ['no_such_tool'] }] }, 'agents.0.tools.0'],
        [{ agents: [WRITER], tasks: [{ description: 'x', agent: 'Nobody' }] }, 'tasks.0.agent'],
        [{ agents: [WRITER], tasks: [{ description: ' ' }] }, 'tasks.0.description'],
        [
          {
            agents: [WRITER],
            tasks: [
              { description: 'a', context: ['b'] },
              { name: 'b', description: 'b' },
            ],
          },
          'tasks.0.context.0',
        ],
        [
          {
            agents: [WRITER],
            tasks: [
              { name: 'a', description: 'a' },
              { name: 'a', description: 'b' },
            ],
          },
          'tasks.1.name',
        ],
        [
          { agents: [WRITER], tasks: [{ description: 'a', output_schema: { type: 'nonsense' } }] },
          'tasks.0.output_schema',
        ],
        [
          {
            agents: [WRITER],
            tasks: [{ description: 'a', output_schema: { properties: { id: { pattern: '(' } } } }],
          },
          'tasks.0.output_schema',
        ],
        [{ agents: [WRITER], manager_model: 'no/such-model' }, 'manager_model'],
        [{ agents: [WRITER], max_cost_usd: 0 }, 'max_cost_usd'],
        [{ agents: [WRITER], no_such_field: 1 }, 'no_such_field'],
      ] as const;
      for (const [fields, field] of wrong) {
        assertInvalid(await stranger.call('POST', '/crews', { name: 'Wrong', ...fields }), field);
      }
      assertInvalid(await stranger.call('POST', '/crews', { agents: [WRITER] }), 'name');
      assert.equal(at((await stranger.call('GET', '/crews')).body, 'total'), 0);
      assert.equal(at((await stranger.call('GET', '/agents')).body, 'total'), 0);
    });
  });

  it('the list shows what a crew is at a glance', async () => {
    const person = await test.addAccount();
    const { crewId } = await createCrew(person, { name: 'Customer Support Crew' });
    const list = await person.call('GET', '/crews');
    assert.partialDeepStrictEqual(list.body, {
      crews: [{ id: crewId, name: 'Customer Support Crew', status: 'active', agents_count: 1 }],
      total: 1,
      page: 1,
    });
    assert.match(list.field('crews.0.created_at'), /Z$/);
    assert.equal(at((await person.call('GET', '/crews?q=SUPPORT')).body, 'total'), 1);
    assert.equal(at((await person.call('GET', '/crews?q=nothing')).body, 'total'), 0);
  });

  describe('changing a crew', () => {
    it('merges: what is left out stays, null sets the default', async () => {
      const { crewId } = await createCrew(test.owner, { description: 'Old', max_cost_usd: 2 });
      const changed = await call('PUT', `/crews/${crewId}`, {
        name: 'Updated Crew Name',
        process: 'hierarchical',
      });
      assert.deepEqual(changed.body, { id: crewId, updated: true });
      await call('PATCH', `/crews/${crewId}`, { max_cost_usd: null });
      assert.partialDeepStrictEqual((await call('GET', `/crews/${crewId}`)).body, {
        name: 'Updated Crew Name',
        description: 'Old',
        process: 'hierarchical',
        configuration: { max_cost_usd: null, memory: false },
        agents: [{ role: 'Writer' }],
        tasks: [{ name: 'write' }],
      });
    });

    it('tasks that are given take the place of the old ones; those with an id are kept', async () => {
      const { crewId, taskId } = await createCrew(test.owner);
      const tasks = [
        { name: 'first', description: 'New', agent: 'Writer' },
        { id: taskId, expected_output: 'Two lines' },
      ];
      assert.equal((await call('PUT', `/crews/${crewId}`, { tasks })).status, 200);
      const crew = await call('GET', `/crews/${crewId}`);
      assert.partialDeepStrictEqual(at(crew.body, 'tasks'), [
        { name: 'first' },
        { id: taskId, name: 'write', description: 'Write a line', expected_output: 'Two lines' },
      ]);
      assert.equal((await call('PUT', `/crews/${crewId}`, { tasks: [] })).status, 200);
      assert.equal((await call('GET', `/crews/${crewId}`)).field('status'), 'configuring');
      assertError(await call('GET', `/tasks/${taskId}`), 404, 'NOT_FOUND');
    });

    it('agents that are left out leave the crew, and stay', async () => {
      const { crewId, agentId } = await createCrew(test.owner, { tasks: [] });
      assertInvalid(await call('PUT', `/crews/${crewId}`, { agents: [] }), 'agents');
      assert.equal(
        (await call('PUT', `/crews/${crewId}`, { agents: [{ ...WRITER, role: 'New' }] })).status,
        200,
      );
      const crew = await call('GET', `/crews/${crewId}`);
      assert.equal(crew.field('agents.0.role'), 'New');
      assert.equal(at(crew.body, 'agents.1'), undefined);
      assert.equal(at((await call('GET', `/agents/${agentId}`)).body, 'crew_id'), null);
    });
  });

  describe('tasks of their own', () => {
    it('join the crew of their agent, at its end, and make it active', async () => {
      const { crewId } = await createCrew(test.owner, { tasks: [] });
      const agent = await call('POST', '/agents', {
        crew_id: crewId,
        role: 'Data Analyst',
        goal: 'Analyze metrics',
        backstory: 'Expert analyst with 10 years experience',
        model: 'sandbox',
        tools: ['web_search', 'calculator'],
      });
      assert.equal(agent.status, 201, agent.text);
      const made = await call('POST', '/tasks', {
        agent_id: agent.field('id'),
        description: 'Analyze competitor pricing',
        expected_output: 'Markdown report',
        context: ['Previous analysis from Q3'],
      });
      assert.equal(made.status, 201, made.text);
      assert.deepEqual(made.body, { id: made.field('id'), status: 'created' });
      const crew = await call('GET', `/crews/${crewId}`);
      assert.equal(crew.field('status'), 'active');
      assert.partialDeepStrictEqual(at(crew.body, 'tasks.0'), {
        id: made.field('id'),
        agent_id: agent.field('id'),
        context: ['Previous analysis from Q3'],
        status: 'created',
      });
    });

    it('are created until a job has had them, and then what it made of them', async () => {
      const person = await test.addAccount();
      const { crewId, taskId } = await createCrew(person);
      const status = async () => at((await person.call('GET', '/tasks')).body, 'tasks.0.status');
      assert.equal(await status(), 'created');
      await endOf(person, await startJob(person, crewId));
      assert.equal(await status(), 'completed');
      assert.equal((await person.call('GET', `/tasks/${taskId}`)).field('status'), 'completed');
    });

    it('are changed by merging, and refused where they do not go with the others', async () => {
      const { crewId, taskId } = await createCrew(test.owner);
      const second = {
        crew_id: crewId,
        agent: 'Writer',
        name: 'second',
        description: 'x',
        context: [taskId],
      };
      const made = await call('POST', '/tasks', second);
      assert.equal(made.status, 201, made.text);
      const path = `/tasks/${made.field('id')}`;
      const changed = await call('PUT', path, { async: true, guardrail: 'Be short.', timeout_s: 30 });
      assert.partialDeepStrictEqual(changed.body, {
        name: 'second',
        async: true,
        guardrail: 'Be short.',
        timeout_s: 30,
        context: [taskId],
      });
      assertInvalid(await call('PUT', path, { name: 'write' }), 'name');
      assertInvalid(await call('PUT', path, { context: ['second'] }), 'context.0');
      assertInvalid(await call('PUT', `/tasks/${taskId}`, { context: ['second'] }), 'context.0');
      assertInvalid(await call('PUT', path, { agent_id: 'agent_nobody' }), 'agent_id');
      assertInvalid(await call('POST', '/tasks', { ...second, name: 'x', crew_id: 'crew_none' }), 'crew_id');
      assertInvalid(await call('POST', '/tasks', { crew_id: crewId }), 'description');
      assert.equal((await call('DELETE', path)).status, 204);
      assertError(await call('GET', path), 404, 'NOT_FOUND');
    });

    it('another account can be given nothing of this one', async () => {
      const stranger = await test.addAccount();
      const { crewId, agentId } = await createCrew(test.owner);
      assertInvalid(
        await stranger.call('POST', '/tasks', { agent_id: agentId, description: 'x' }),
        'agent_id',
      );
      assertInvalid(await stranger.call('POST', '/tasks', { crew_id: crewId, description: 'x' }), 'crew_id');
      const agent = { role: 'Spy', goal: 'x', model: 'sandbox', crew_id: crewId };
      assertInvalid(await stranger.call('POST', '/agents', agent), 'crew_id');
      const own = { name: 'Own', agents: [{ id: agentId }] };
      assertInvalid(await stranger.call('POST', '/crews', own), 'agents.0.id');
    });
  });

  it('inputs are the placeholders of agents and tasks, with defaults where the crew has them', async () => {
    const { crewId } = await createCrew(test.owner, {
      agents: [{ ...WRITER, role: '{language} writer', goal: 'Write for {audience}' }],
      tasks: [{ description: 'About {topic}, as {"json": true}', expected_output: '{topic} in {language}' }],
      inputs: { language: 'English' },
    });
    const inputs = await call('GET', `/crews/${crewId}/inputs`);
    assert.deepEqual(at(inputs.body, 'inputs'), ['language', 'audience', 'topic']);
    assert.deepEqual(at(inputs.body, 'required'), ['audience', 'topic']);
    assert.equal(at(inputs.body, 'placeholders.0.default'), 'English');
  });

  it('If-Match refuses a change to another state of the crew, its agents or its tasks, and keeps it as it is', async () => {
    const { crewId, agentId, taskId } = await createCrew(test.owner);
    const read = async () => (await call('GET', `/crews/${crewId}`)).field('revision');
    const save = (name: string, revision: string) =>
      test.owner.call('PUT', `/crews/${crewId}`, { name }, { 'if-match': `"${revision}"` });
    const first = await call('GET', `/crews/${crewId}`);
    assert.equal(first.headers.get('etag'), `"${first.field('revision')}"`);
    const mine = await save('Mine', first.field('revision'));
    assert.equal(mine.headers.get('etag'), `"${await read()}"`);
    assertError(await save('Theirs', first.field('revision')), 409, 'CONFLICT');
    assert.equal((await call('GET', `/crews/${crewId}`)).field('name'), 'Mine');
    for (const [path, change] of [
      [`/agents/${agentId}`, { goal: 'Write more' }],
      [`/tasks/${taskId}`, { description: 'Write two lines' }],
      [`/crews/${crewId}`, { description: 'Changed' }],
    ] as const) {
      const before = await read();
      assert.equal((await call('PUT', path, change)).status, 200);
      assertError(await save('Late', before), 409, 'CONFLICT');
    }
    assertInvalid(await save('Late', 'a b'), 'If-Match');
    const now = await read();
    const racers = await Promise.all(['A', 'B', 'C', 'D'].map((name) => save(name, now)));
    assert.deepEqual(racers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    assert.equal((await save('Whatever is there', '*')).status, 400);
    assert.equal((await test.owner.call('PUT', `/crews/${crewId}`, {}, { 'if-match': '*' })).status, 200);
  });

  it('If-Match refuses a change or deletion of a task that somebody else has saved since, and keeps it', async () => {
    const { taskId } = await createCrew(test.owner);
    const path = `/tasks/${taskId}`;
    const tagOf = async () => String((await call('GET', path)).headers.get('etag'));
    const save = (description: string, tag: string, method = 'PATCH') =>
      test.owner.call(method, path, { description }, { 'if-match': tag });
    const first = await tagOf();
    const mine = await save('Mine', first);
    assert.equal(mine.status, 200, mine.text);
    const second = mine.headers.get('etag') ?? '';
    assert.notEqual(second, first);
    assert.equal(await tagOf(), second);
    for (const method of ['PATCH', 'PUT']) assertError(await save('Theirs', first, method), 409, 'CONFLICT');
    const remove = (tag: string) => test.owner.call('DELETE', path, undefined, { 'if-match': tag });
    assertError(await remove(first), 409, 'CONFLICT');
    assert.equal((await call('GET', path)).field('description'), 'Mine');
    assertInvalid(await save('Late', '"a b"'), 'If-Match');
    const racers = await Promise.all(['A', 'B', 'C', 'D'].map((text) => save(text, second)));
    assert.deepEqual(racers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    assert.equal((await save('Whatever is there', '*')).status, 200);
    assert.equal((await remove((await tagOf()).slice(1, -1))).status, 204, 'also without quotes');
  });

  it('If-Match refuses to delete a crew that somebody else has saved since, and it stays as it is', async () => {
    const { crewId, agentId, taskId } = await createCrew(test.owner);
    const read = () => call('GET', `/crews/${crewId}`);
    const remove = (tag: string | null) =>
      test.owner.call('DELETE', `/crews/${crewId}`, undefined, { 'if-match': String(tag) });
    for (const [path, change] of [
      [`/agents/${agentId}`, { goal: 'Write more' }],
      [`/tasks/${taskId}`, { description: 'Write two lines' }],
      [`/crews/${crewId}`, { description: 'Changed' }],
    ] as const) {
      const before = (await read()).headers.get('etag');
      assert.equal((await call('PUT', path, change)).status, 200);
      assertError(await remove(before), 409, 'CONFLICT');
    }
    const now = await read();
    assert.equal(now.status, 200);
    assert.equal((await remove(now.headers.get('etag'))).status, 204);
    assertError(await read(), 404, 'NOT_FOUND');
    assert.equal((await call('GET', `/agents/${agentId}`)).status, 200);
  });

  it('an ETag of a change is of what this change has left, also when others follow at once', async () => {
    const { crewId } = await createCrew(test.owner);
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
    const saved = await Promise.all(names.map((name) => call('PUT', `/crews/${crewId}`, { name })));
    assert.deepEqual(new Set(saved.map(({ status }) => status)), new Set([200]));
    const tags = saved.map(({ headers }) => headers.get('etag'));
    assert.equal(new Set(tags).size, names.length, 'no two have left the same');
    const now = await call('GET', `/crews/${crewId}`);
    assert.equal(tags[names.indexOf(now.field('name'))], now.headers.get('etag'));
  });

  it('a change with agents and tasks leaves the revision that its ETag says', async () => {
    const { crewId, agentId, taskId } = await createCrew(test.owner);
    const other = (await call('POST', '/agents', WRITER)).field('id');
    const changed = await call('PUT', `/crews/${crewId}`, {
      agents: [{ id: agentId, goal: 'Write less' }, { ...WRITER, role: 'Editor' }, { id: other }],
      tasks: [{ description: 'A new one' }, { id: taskId, description: 'Another' }],
    });
    assert.equal(changed.status, 200, changed.text);
    const tagNow = async () => (await call('GET', `/crews/${crewId}`)).headers.get('etag');
    assert.equal(changed.headers.get('etag'), await tagNow());
    const left = await call('PUT', `/crews/${crewId}`, { agents: [{ id: other }], tasks: [] });
    assert.equal(left.headers.get('etag'), await tagNow());
    assert.equal(at((await call('GET', `/agents/${agentId}`)).body, 'crew_id'), null);
  });

  it('a change of which one agent is refused changes nothing: not the crew, and no other agent', async () => {
    const { crewId, agentId } = await createCrew(test.owner);
    const other = (await call('POST', '/agents', WRITER)).field('id');
    const before = (await call('GET', `/crews/${crewId}`)).body;
    const agents = [
      { id: agentId, goal: 'Write less' },
      { id: other, model: 'there-is-none' },
    ];
    const refused = await call('PUT', `/crews/${crewId}`, { name: 'Half', agents });
    assertInvalid(refused, 'agents.1.model');
    assert.deepEqual((await call('GET', `/crews/${crewId}`)).body, before);
    assertInvalid(await call('POST', '/crews', { name: 'Half made', agents }), 'agents.1.model');
    assert.equal(at((await call('GET', '/crews?q=Half')).body, 'total'), 0);
    assert.equal(at((await call('GET', `/agents/${other}`)).body, 'crew_id'), null);
  });

  describe('deleting a crew', () => {
    it('its jobs can still be read, its agents still called', async () => {
      const { crewId, agentId } = await createCrew(test.owner);
      const jobId = await startJob(test.owner, crewId);
      await endOf(test.owner, jobId);
      assert.equal((await call('DELETE', `/crews/${crewId}`)).status, 204);
      assertError(await call('GET', `/crews/${crewId}`), 404, 'NOT_FOUND');
      assertError(await call('POST', '/executions', { crew_id: crewId }), 404, 'NOT_FOUND');
      assert.equal((await call('GET', `/executions/${jobId}`)).field('status'), 'completed');
      assert.equal(at((await call('GET', `/agents/${agentId}`)).body, 'crew_id'), null);
    });

    it('is refused while a job is open, and forced it stops the job', async () => {
      const { crewId } = await createCrew(test.owner, {
        tasks: [{ description: '[[wait 600000]]', agent: 'Writer' }],
      });
      const jobId = await startJob(test.owner, crewId);
      assertError(await call('DELETE', `/crews/${crewId}`), 409, 'CONFLICT');
      assert.equal((await call('GET', `/crews/${crewId}`)).status, 200);
      assert.equal((await call('DELETE', `/crews/${crewId}?force=true`)).status, 204);
      assert.equal((await call('GET', `/executions/${jobId}`)).field('status'), 'stopped');
    });
  });
});
