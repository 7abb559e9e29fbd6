import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from './objects.ts';

const SECRET = 'pears-of-the-other-account';

/** The objects of an account that others can be pointed at. */
interface Objects {
  readonly person: Person;
  readonly key: { readonly id: string; readonly key: string };
  readonly agent: string;
  readonly crew: string;
  readonly task: string;
  readonly job: string;
  /** A conversation of chat turns, and a message of it. */
  readonly chat: string;
  readonly message: string;
  readonly response: string;
  /** A conversation of the Responses API, and an item of it. */
  readonly conversation: string;
  readonly item: string;
}

type Ask = (own: Objects, id: (kind: keyof Objects) => string) => readonly [string, string, unknown?];
const chat = (own: Objects, fields: object): readonly [string, string, unknown] => [
  'POST',
  '/api/agents/v1/chat/completions',
  { model: own.agent, messages: [{ role: 'user', content: 'Hello' }], ...fields },
];
const respond = (own: Objects, fields: object, path = ''): readonly [string, string, unknown] => [
  'POST',
  `/api/agents/v1/responses${path}`,
  { model: own.agent, input: 'Hello', ...fields },
];
const TASK = { description: 'Work', expected_output: 'Work' };

/** Every place but the path's first id where a request names something. */
const PLACES: Readonly<Record<string, Ask>> = {
  'the model of a chat': (own, id) => chat(own, { model: id('agent') }),
  'a crew as the model of a chat': (own, id) => chat(own, { model: id('crew') }),
  'conversation_id of a chat': (own, id) => chat(own, { conversation_id: id('chat') }),
  'conversation_id of a chat, made by the Responses API': (own, id) =>
    chat(own, { conversation_id: id('conversation') }),
  parent_message_id: (own, id) => chat(own, { parent_message_id: id('message') }),
  'parent_message_id, a response': (own, id) => chat(own, { parent_message_id: id('response') }),
  'the model of a response': (own, id) => respond(own, { model: id('agent') }),
  previous_response_id: (own, id) => respond(own, { previous_response_id: id('response') }),
  'previous_response_id, a message': (own, id) => respond(own, { previous_response_id: id('message') }),
  'conversation of a response': (own, id) => respond(own, { conversation: id('conversation') }),
  'conversation of a response, of chats': (own, id) => respond(own, { conversation: { id: id('chat') } }),
  'an item of the input': (own, id) => respond(own, { input: [{ type: 'item_reference', id: id('item') }] }),
  'what tokens are counted of': (own, id) =>
    respond(own, { previous_response_id: id('response') }, '/input_tokens'),
  'what is compacted': (own, id) => [
    'POST',
    '/api/agents/v1/responses/compact',
    { model: own.agent, previous_response_id: id('response') },
  ],
  'an item of a conversation of one’s own': (own, id) => [
    'GET',
    `/api/agents/v1/conversations/${own.conversation}/items/${id('item')}`,
  ],
  'where a page of items begins': (own, id) => [
    'GET',
    `/api/agents/v1/conversations/${own.conversation}/items?after=${id('item')}`,
  ],
  'the crew of a new agent': (_own, id) => [
    'POST',
    '/agents',
    { role: 'r', goal: 'g', backstory: 'b', model: 'sandbox', crew_id: id('crew') },
  ],
  'the crew of a new task': (_own, id) => ['POST', '/tasks', { ...TASK, crew_id: id('crew') }],
  'the agent of a new task': (own, id) => [
    'POST',
    '/tasks',
    { ...TASK, crew_id: own.crew, agent_id: id('agent') },
  ],
  'the agent of a task': (own, id) => ['PUT', `/tasks/${own.task}`, { agent_id: id('agent') }],
  'an agent of a crew': (own, id) => [
    'PUT',
    `/crews/${own.crew}`,
    { agents: [{ id: id('agent'), role: 'r', goal: 'g', model: 'sandbox' }] },
  ],
  'a task of a crew': (own, id) => [
    'PUT',
    `/crews/${own.crew}`,
    { tasks: [{ id: id('task'), description: 'Work', agent: 0 }] },
  ],
  'an agent of a new key': (_own, id) => ['POST', '/agent-keys', { name: 'k', agent_ids: [id('agent')] }],
  'a crew of a key': (own, id) => ['PATCH', `/agent-keys/${own.key.id}`, { agent_ids: [id('crew')] }],
  'the crew of a schedule': (_own, id) => ['POST', '/schedules', { crew_id: id('crew'), cron: '0 0 1 1 *' }],
  'the crew of an execution': (_own, id) => ['POST', '/executions', { crew_id: id('crew') }],
  'the crew of a batch': (_own, id) => ['POST', '/executions/batch', { crew_id: id('crew'), inputs: [{}] }],
  'the task of a rerun': (own, id) => ['POST', `/executions/${own.job}/rerun`, { from_task: id('task') }],
  'the task of a resumption': (own, id) => [
    'POST',
    `/executions/${own.job}/resume`,
    { task_id: id('task'), approve: true },
  ],
  ...Object.fromEntries(
    (
      [
        ['usage', 'agent_id', 'agent'],
        ['usage', 'key_id', 'key'],
        ['usage/summary', 'agent_id', 'agent'],
        ['executions', 'crew_id', 'crew'],
        ['conversations', 'agent_id', 'agent'],
        ['tasks', 'crew_id', 'crew'],
        ['tasks', 'agent_id', 'agent'],
        ['agents', 'crew_id', 'crew'],
        ['schedules', 'crew_id', 'crew'],
        ['audit', 'object_id', 'agent'],
        ['analytics/usage', 'crew_id', 'crew'],
        ['analytics/performance', 'crew_id', 'crew'],
      ] as const
    ).map(([list, filter, kind]): [string, Ask] => [
      `${filter} of /${list}`,
      (_own, id) => ['GET', `/${list}?${filter}=${id(kind)}`],
    ]),
  ),
};

describe('what a request names', () => {
  let test: TestApp;
  let own: Objects;
  let other: Objects;
  before(async () => {
    test = await startTestApp();
    [own, other] = [await makeObjects('mine'), await makeObjects(SECRET)];
  });
  after(() => test.close());

  async function makeObjects(said: string): Promise<Objects> {
    const person = await test.addAccount();
    const key = await test.createKey(person);
    const agent = await test.createAgent(person);
    const { crewId: crew, taskId: task } = await createCrew(person);
    const job = await startJob(person, crew);
    await endOf(person, job);
    const post = (path: string, body: unknown) =>
      test.request('POST', `/api/agents/v1${path}`, { token: key.key, body });
    const turn = await post('/chat/completions', {
      model: agent,
      messages: [{ role: 'user', content: said }],
    });
    const response = await post('/responses', { model: agent, input: said });
    const items = [{ type: 'message', role: 'user', content: said }];
    const conversation = (await post('/conversations', { items })).field('id');
    const listed = await test.request('GET', `/api/agents/v1/conversations/${conversation}/items`, {
      token: key.key,
    });
    return {
      ...{ person, key, agent, crew, task, job, conversation, response: response.field('id') },
      ...{ chat: turn.field('conversation_id'), message: turn.field('message_id') },
      item: listed.field('data.0.id'),
    };
  }

  for (const [place, ask] of Object.entries(PLACES)) {
    it(`is not found in another account, and no more than what is nowhere: ${place}`, async () => {
      const replies: Reply[] = [];
      for (const isForeign of [true, false]) {
        const [method, path, body] = ask(own, (kind) => {
          const id = kind === 'key' ? other.key.id : String(other[kind]);
          return isForeign ? id : `${id.slice(0, -4)}${id.endsWith('0000') ? '1111' : '0000'}`;
        });
        const isAgents = path.startsWith('/api/');
        const options = { body, token: isAgents ? own.key.key : own.person.token };
        replies.push(await test.request(method, isAgents ? path : `/api/v1${path}`, options));
      }
      const [foreign, unknown] = replies.map(withoutIds);
      assert.deepEqual(foreign, unknown);
      assert.ok(!String(foreign).includes(SECRET));
      if (!place.includes(' of /')) assert.match(String(foreign), /^40[049] /);
    });
  }

  it('is found where it is one’s own, so that the tests above can fail', async () => {
    const listed = await own.person.call('GET', `/usage?agent_id=${own.agent}`);
    assert.ok(Number(at(listed.body, 'total')) > 0);
    const [method, path, body] = chat(own, { conversation_id: own.chat });
    assert.equal((await test.request(method, path, { body, token: own.key.key })).status, 200);
  });
});

/** Times of reports are those of the request. */
function withoutIds({ status, text }: Reply): string {
  const told = text
    .replace(/(\w+_)[0-9A-Za-z]{20,}(_i\d+)?/g, '$1…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…');
  return `${status} ${told}`;
}
