import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, pathOfNewObject } from './objects.ts';

const ROUNDS = 5;

/** Changes of other parts of an object, each told from those of the other rounds, and how they read afterwards. */
const CHANGES: Readonly<Record<string, (round: number) => readonly [change: object, reads?: object][]>> = {
  '/agents/:id': (n) => [[{ goal: `Goal ${n}` }], [{ backstory: `Story ${n}` }], [{ max_steps: n + 1 }]],
  '/agent-keys/:id': (n) => [
    [{ name: `Name ${n}` }],
    [{ daily_limit_usd: n + 1 }],
    [{ monthly_limit_usd: n + 2 }],
  ],
  '/users/:id': (n) => [[{ name: `Name ${n}` }], [{ role: n % 2 === 0 ? 'viewer' : 'editor' }]],
  '/crews/:id': (n) => [
    [{ name: `Name ${n}` }],
    [{ description: `About ${n}` }],
    [{ timeout_s: n + 60 }, { configuration: { timeout_s: n + 60 } }],
  ],
  '/tasks/:id': (n) => [
    [{ description: `Do ${n}` }],
    [{ expected_output: `Output ${n}` }],
    [{ guardrail: `Rule ${n}` }],
  ],
  '/schedules/:id': (n) => [
    [{ name: `Name ${n}` }],
    [{ cron: `${n} 0 1 1 *` }],
    [{ timezone: n % 2 === 0 ? 'UTC' : 'Asia/Tokyo' }],
  ],
  '/webhooks/:id': (n) => [
    [{ description: `About ${n}` }],
    [{ events: [n % 2 === 0 ? 'job.failed' : 'job.stopped'] }],
    [{ enabled: n % 2 === 0 }],
  ],
  '/tools/custom/:id': (n) => [
    [{ description: `About ${n}` }],
    [{ price_usd: n }],
    [{ timeout_s: n + 1 }],
    [{ endpoint: `https://api.example.com/${n}` }],
  ],
  '/tools/mcp/:id': (n) => [
    [
      { auth_type: 'bearer', auth: { token: `token-${n}` } },
      { auth_type: 'bearer', has_auth: true },
    ],
    [{ url: `https://mcp.invalid/mcp-${n}` }],
  ],
  '/providers/:id': (n) => [
    [{ models: [`model-${n}`] }],
    [{ base_url: `http://127.0.0.1:9/v${n}`, api_key: `key-${n}` }, { has_api_key: true }],
  ],
};

describe('changes that are made at once', () => {
  let test: TestApp;
  let person: Person;
  before(async () => {
    // Where the webhooks of the test's objects point to.
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
    person = test.owner;
  });
  after(() => test.close());

  for (const [route, changesOf] of Object.entries(CHANGES)) {
    it(`of ${route} are all kept where they are of other parts of it`, async () => {
      const path = await pathOfNewObject(test, person, route);
      const method = route.startsWith('/crews') ? 'PUT' : 'PATCH';
      for (let round = 1; round <= ROUNDS; round++) {
        const changes = changesOf(round);
        const replies = await Promise.all(changes.map(([change]) => person.call(method, path, change)));
        for (const reply of replies) assert.equal(reply.status, 200, reply.text);
        const { body } = await person.call('GET', path);
        for (const [change, reads = change] of changes) assert.partialDeepStrictEqual(body, reads);
      }
    });
  }

  it('a secret of a webhook that was rotated does not come back with a change of another part', async () => {
    const path = await pathOfNewObject(test, person, '/webhooks/:id');
    for (let round = 1; round <= ROUNDS; round++) {
      const [rotated] = await Promise.all([
        person.call('POST', `${path}/rotate-secret`, { overlap_hours: round }),
        person.call('PATCH', path, { description: `About ${round}` }),
      ]);
      assert.equal(rotated.status, 200, rotated.text);
      const until = at((await person.call('GET', path)).body, 'previous_secret_until');
      assert.equal(until, at(rotated.body, 'previous_secret_until'));
    }
  });

  it('of tasks that are added together, each has a place of its own and one the name', async () => {
    const { crewId, agentId } = await createCrew(person);
    const named = { agent_id: agentId, description: 'x' };
    const added = await Promise.all([
      ...Array.from({ length: 4 }, () => person.call('POST', '/tasks', { ...named, name: 'same' })),
      ...Array.from({ length: 4 }, (_, n) => person.call('POST', '/tasks', { ...named, name: `Task ${n}` })),
    ]);
    assert.deepEqual(added.map(({ status }) => status).sort(), [201, 201, 201, 201, 201, 400, 400, 400]);
    assert.equal((await person.call('POST', '/executions', { crew_id: crewId, inputs: {} })).status, 202);
  });
});

describe('a task whose output another task is given by name', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const TASKS = [
    { name: 'draft', description: 'Write', agent: 'Writer' },
    { name: 'review', description: 'Read', agent: 'Writer', context: ['draft', 'Be kind'] },
  ];
  const make = async () => {
    const { crewId } = await createCrew(test.owner, { tasks: TASKS });
    const crew = `/crews/${crewId}`;
    const tasks = async () => (await test.owner.call('GET', crew)).body;
    const idOf = async (index: number) => String(at(await tasks(), `tasks.${index}.id`));
    const [draftId, reviewId] = [await idOf(0), await idOf(1)];
    return { crew, tasks, draftId, reviewId, draft: `/tasks/${draftId}`, review: `/tasks/${reviewId}` };
  };

  it('is named there no more when it is deleted, by name or by id, and the name is not handed on as text', async () => {
    const { draft, draftId, review, tasks } = await make();
    const context = ['draft', 'Be kind', draftId];
    assert.equal((await test.owner.call('PUT', review, { context })).status, 200);
    assert.equal((await test.owner.call('DELETE', draft)).status, 204);
    assert.deepEqual(at(await tasks(), 'tasks.0.context'), ['Be kind']);
    assert.equal((await test.owner.call('DELETE', review)).status, 204);
  });

  it('is named there no more when it moves to another crew, or to none', async () => {
    for (const crewId of [(await createCrew(test.owner)).crewId, null]) {
      const { draft, tasks } = await make();
      const moved = await test.owner.call('PUT', draft, { crew_id: crewId, name: 'moved' });
      assert.equal(moved.status, 200, moved.text);
      assert.deepEqual(at(await tasks(), 'tasks.0.context'), ['Be kind']);
    }
  });

  it('is named there by no name that is lost when both are changed at once', async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const { draft, review, tasks } = await make();
      const replies = await Promise.all([
        test.owner.call('DELETE', draft),
        test.owner.call('PUT', review, { description: `Read ${round}` }),
      ]);
      assert.deepEqual(
        replies.map(({ status }) => status),
        [204, 200],
      );
      assert.deepEqual(at(await tasks(), 'tasks.0.context'), ['Be kind']);
      assert.equal(at(await tasks(), 'tasks.0.description'), `Read ${round}`);
    }
  });

  it('is followed when the crew is saved with its tasks, where their context is not given', async () => {
    const { crew, draftId, reviewId, tasks } = await make();
    const save = async (...given: object[]) => {
      const saved = await test.owner.call('PUT', crew, { tasks: given });
      assert.equal(saved.status, 200, saved.text);
    };
    await save({ id: draftId, name: 'first draft' }, { id: reviewId });
    assert.deepEqual(at(await tasks(), 'tasks.1.context'), ['first draft', 'Be kind']);
    await save({ id: draftId, name: 'draft' }, { id: reviewId, context: ['first draft', 'draft'] });
    assert.deepEqual(at(await tasks(), 'tasks.1.context'), ['first draft', 'draft']);
    await save({ id: reviewId });
    assert.deepEqual(at(await tasks(), 'tasks.0.context'), ['first draft']);
  });

  it('is named there still when one that takes its place has its name', async () => {
    const { crew, reviewId, tasks } = await make();
    const given = [{ name: 'draft', description: 'Write better', agent: 'Writer' }, { id: reviewId }];
    assert.equal((await test.owner.call('PUT', crew, { tasks: given })).status, 200);
    assert.deepEqual(at(await tasks(), 'tasks.1.context'), ['draft', 'Be kind']);
  });

  it('is named by its new name there, when it gets one', async () => {
    const { draft, tasks } = await make();
    assert.equal((await test.owner.call('PUT', draft, { name: 'first draft' })).status, 200);
    assert.deepEqual(at(await tasks(), 'tasks.1.context'), ['first draft', 'Be kind']);
    const unnamed = await test.owner.call('PUT', draft, { name: '' });
    assert.equal(unnamed.status, 200, unnamed.text);
    assert.deepEqual(at(await tasks(), 'tasks.1.context'), [unnamed.field('id'), 'Be kind']);
  });
});
