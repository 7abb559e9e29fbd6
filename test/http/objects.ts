import assert from 'node:assert/strict';
import { once } from 'node:events';
import { at, type Person, type Reply, type TestApp } from '../../src/testing/test-app.ts';

/** Makes a new object of the person's account for a route's path, and gives the path with its ids. */
export async function pathOfNewObject(test: TestApp, person: Person, path: string): Promise<string> {
  const maker = MAKERS.find(({ begins }) => path.startsWith(begins));
  assert.ok(maker, `no object is known for ${path}; add one here`);
  const ids = await maker.make(test, person);
  return Object.entries(ids).reduce((filled, [name, id]) => filled.replace(name, id), path);
}

/** Where the state of an object is read, and undefined where none can be. */
export function readPath(path: string): string | undefined {
  const [, found] =
    /^(\/(?:agents|agent-keys|users|providers|conversations|crews|tasks|executions|batches|tools\/custom|tools\/mcp|webhooks|schedules)\/[^/]+)/.exec(
      path,
    ) ?? [];
  return found;
}

interface Maker {
  readonly begins: string;
  make(test: TestApp, person: Person): Promise<Record<string, string>>;
}

/** The longer beginnings come first. */
const MAKERS: readonly Maker[] = [
  {
    begins: '/agents/:id/documents/:document_id',
    async make(test, person) {
      const agentId = await test.createAgent(person);
      return { ':id': agentId, ':document_id': await addDocument(person, agentId) };
    },
  },
  {
    begins: '/documents/:id',
    make: async (test, person) => ({ ':id': await addDocument(person, await test.createAgent(person)) }),
  },
  {
    begins: '/agents/:id',
    make: async (test, person) => ({ ':id': await test.createAgent(person), ':version': '1' }),
  },
  {
    begins: '/auth/sessions/:session_id',
    make: async (_test, person) => ({
      ':session_id': (await person.call('GET', '/auth/sessions')).field('sessions.0.id'),
    }),
  },
  {
    begins: '/agent-keys/:id',
    make: async (test, person) => ({ ':id': (await test.createKey(person)).id }),
  },
  {
    begins: '/users/:id',
    async make(_test, person) {
      const email = `${crypto.randomUUID()}@example.com`;
      return { ':id': (await create(person, '/users', { email, role: 'viewer' })).id };
    },
  },
  {
    begins: '/accounts/:id',
    make: async (test) => ({ ':id': (await test.addAccount()).accountId }),
  },
  {
    begins: '/providers/:id',
    async make(_test, person) {
      const name = `p-${crypto.randomUUID().slice(0, 18)}`;
      const provider = { name, kind: 'openai', api_key: 'sk-upstream' };
      return { ':id': (await create(person, '/providers', provider)).id };
    },
  },
  {
    begins: '/crews/:id',
    make: async (_test, person) => ({ ':id': (await createCrew(person)).crewId }),
  },
  {
    begins: '/tasks/:id',
    make: async (_test, person) => ({ ':id': (await createCrew(person)).taskId }),
  },
  {
    begins: '/memory/:crew_id',
    make: async (_test, person) => ({ ':crew_id': (await createCrew(person)).crewId }),
  },
  {
    begins: '/batches/:id',
    async make(_test, person) {
      const { crewId } = await createCrew(person);
      const reply = await person.call('POST', '/executions/batch', { crew_id: crewId, inputs: [{}] });
      assert.equal(reply.status, 202, reply.text);
      await endOf(person, reply.field('jobs.0.job_id'));
      return { ':id': reply.field('batch_id') };
    },
  },
  {
    begins: '/executions/:id',
    async make(_test, person) {
      const jobId = await startJob(person, (await createCrew(person)).crewId);
      await endOf(person, jobId);
      return { ':id': jobId };
    },
  },
  {
    begins: '/runs/:id',
    async make(test, person) {
      const conversation = await person.call('GET', `/conversations/${await talk(test, person)}`);
      return { ':id': conversation.field('turns.0.run_id') };
    },
  },
  {
    begins: '/conversations/:id',
    make: async (test, person) => ({ ':id': await talk(test, person) }),
  },
  {
    begins: '/tools/custom/:id',
    async make(_test, person) {
      const name = `t-${crypto.randomUUID()}`;
      const tool = { name, description: 'Waits', endpoint: 'https://api.example.com/', auth_type: 'none' };
      const made = await person.call('POST', '/tools/custom', tool);
      assert.equal(made.status, 201, made.text);
      return { ':id': made.field('tool_id') };
    },
  },
  {
    begins: '/schedules/:id',
    async make(_test, person) {
      const { crewId } = await createCrew(person);
      return { ':id': (await create(person, '/schedules', { crew_id: crewId, cron: '0 0 1 1 *' })).id };
    },
  },
  {
    begins: '/webhooks/:id',
    async make(_test, person) {
      const webhook = { url: 'http://127.0.0.1:9/', events: ['job.completed'] };
      const { id } = await create(person, '/webhooks', webhook);
      const tried = await person.call('POST', `/webhooks/${id}/test`);
      assert.equal(tried.status, 200, tried.text);
      return { ':id': id, ':delivery_id': tried.field('id') };
    },
  },
  {
    begins: '/tools/mcp/:id',
    async make(_test, person) {
      const name = `s-${crypto.randomUUID().slice(0, 20)}`;
      const server = { name, url: 'https://mcp.invalid/mcp', auth_type: 'none' };
      return { ':id': (await create(person, '/tools/mcp', server)).id };
    },
  },
  { begins: '/tools/:name', make: async () => ({ ':name': 'calculator' }) },
  {
    begins: '/models/',
    async make(_test, person) {
      const name = `openai/${crypto.randomUUID()}`;
      const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
      const set = await person.call('PUT', `/models/${name}/price`, price);
      assert.equal(set.status, 200, set.text);
      return { ':model': encodeURIComponent(name), '*': `${name}/price` };
    },
  },
];

export async function addDocument(person: Person, agentId: string): Promise<string> {
  const document = { name: 'notes.txt', text: `Notes ${crypto.randomUUID()}` };
  return (await create(person, `/agents/${agentId}/documents`, document)).id;
}

/** A new conversation with a new agent. */
export async function talk(test: TestApp, person: Person, text = 'Good morning'): Promise<string> {
  const model = await test.createAgent(person);
  const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
    token: person.token,
    body: { model, messages: [{ role: 'user', content: text }] },
  });
  assert.equal(reply.status, 200, reply.text);
  return reply.field('conversation_id');
}

/** A new crew of one agent and one task on the built-in model. */
export async function createCrew(
  person: Person,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ crewId: string; taskId: string; agentId: string }> {
  const { id: crewId } = await create(person, '/crews', {
    name: `Crew ${crypto.randomUUID().slice(0, 8)}`,
    memory: false,
    agents: [{ role: 'Writer', goal: 'Write', model: 'sandbox' }],
    tasks: [{ name: 'write', description: 'Write a line', expected_output: 'One line', agent: 'Writer' }],
    ...fields,
  });
  const crew = await person.call('GET', `/crews/${crewId}`);
  const id = (path: string): string => String(at(crew.body, path) ?? '');
  return { crewId, taskId: id('tasks.0.id'), agentId: id('agents.0.id') };
}

export async function startJob(person: Person, crewId: string, inputs: object = {}): Promise<string> {
  const reply = await person.call('POST', '/executions', { crew_id: crewId, inputs });
  assert.equal(reply.status, 202, reply.text);
  return reply.field('job_id');
}

/** The job's event stream ends with the job: reading it is waiting for that. */
export async function endOf(person: Person, jobId: string): Promise<Reply> {
  const deadline = AbortSignal.timeout(30_000);
  const late = once(deadline, 'abort').then(() => 'late');
  const over = await Promise.race([person.call('GET', `/executions/${jobId}/events`), late]);
  const reply = await person.call('GET', `/executions/${jobId}`);
  assert.ok(over !== 'late' && reply.field('finished_at'), `the job has not ended: ${reply.text}`);
  return reply;
}

async function create(person: Person, path: string, body: unknown): Promise<{ id: string }> {
  const reply = await person.call('POST', path, body);
  assert.equal(reply.status, 201, reply.text);
  return { id: reply.field('id') };
}
