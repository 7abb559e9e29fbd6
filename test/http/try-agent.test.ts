import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('trying an agent', () => {
  let test: TestApp;
  let id: string;
  before(async () => {
    test = await startTestApp();
    id = await test.createAgent(test.owner);
  });
  after(() => test.close());

  const ask = (content: string, draft?: object, person = test.owner) =>
    person.call('POST', `/agents/${id}/try`, {
      messages: [{ role: 'user', content }],
      ...(draft && { draft }),
    });
  const eventsOf = ({ text }: Reply): unknown[] =>
    text.split('\n\n').flatMap((frame) => (frame.startsWith('data: ') ? [JSON.parse(frame.slice(6))] : []));
  const typesOf = (reply: Reply): unknown[] => [
    ...new Set(eventsOf(reply).map((event) => at(event, 'type'))),
  ];

  it('streams the answer and ends with the whole of it and what it cost', async () => {
    const reply = await ask('Good morning');
    assert.equal(reply.status, 200);
    assert.match(reply.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.deepEqual(typesOf(reply), ['model_called', 'text', 'model_answered', 'completed']);
    const texts = eventsOf(reply).filter((event) => at(event, 'type') === 'text');
    const last = eventsOf(reply).at(-1);
    assert.equal(texts.map((event) => at(event, 'text')).join(''), at(last, 'text'));
    assert.match(String(at(last, 'text')), /Good morning/);
    assert.ok(Number(at(last, 'usage.output_tokens')) > 0);
  });

  it('answers as the draft would, step by step, and saves nothing of it', async () => {
    const before = (await test.owner.call('GET', `/agents/${id}`)).text;
    const words = '[[call calculator {"expression":"6*7"}]]';
    const outputOf = (reply: Reply) =>
      String(
        at(
          eventsOf(reply).find((event) => at(event, 'type') === 'tool_completed'),
          'output',
        ),
      );
    assert.doesNotMatch(outputOf(await ask(words)), /42/, 'the saved agent has no calculator');
    assert.match(outputOf(await ask(words, { tools: ['calculator'] })), /42/);
    assert.equal((await test.owner.call('GET', `/agents/${id}`)).text, before);
    assert.equal(at((await test.owner.call('GET', `/agents/${id}/versions`)).body, 'total'), 1);
  });

  it('keeps no conversation, and is on the usage log under who asked', async () => {
    const counts = async () => [
      at((await test.owner.call('GET', '/conversations')).body, 'total'),
      Number(at((await test.owner.call('GET', '/usage')).body, 'total')),
    ];
    const [conversations, rows] = await counts();
    await ask('Count me');
    assert.deepEqual(await counts(), [conversations, Number(rows) + 1]);
  });

  it('refuses a draft that could not be saved by naming its field, before anything is spent', async () => {
    assertInvalid(await ask('Hi', { temperature: 9 }), 'parameters.temperature');
    assertInvalid(await ask('Hi', { model: 'no-such-model' }), 'model');
    assertInvalid(await ask('Hi', { nothing: 1 }), 'draft.nothing');
    assertInvalid(await test.owner.call('POST', `/agents/${id}/try`, { messages: [] }), 'messages');
  });

  it('viewers chat with the agent as it is saved; a draft takes an editor', async () => {
    const viewer = await test.addPerson(test.owner, 'viewer');
    assert.equal((await ask('Hi', undefined, viewer)).status, 200);
    assertError(await ask('Hi', { instructions: 'x' }, viewer), 403, 'FORBIDDEN');
  });

  it('a failure before the first word is a status, one after it is the last event', async () => {
    const refused = await ask('[[fail 503]]');
    assertError(refused, 502, 'UPSTREAM_ERROR');
    const broken = await ask('[[say one two three]] [[cut]]');
    assert.equal(broken.status, 200);
    const last = eventsOf(broken).at(-1);
    assert.equal(at(last, 'type'), 'error');
    assert.match(String(at(last, 'error.request_id')), /^req_/);
  });

  it('a document is found by its id alone, by its own account only', async () => {
    const added = await test.owner.call('POST', `/agents/${id}/documents`, {
      name: 'a.txt',
      text: 'Some words',
    });
    const path = `/documents/${added.field('id')}`;
    assert.equal((await test.owner.call('GET', path)).field('agent_id'), id);
    const other = await test.addAccount();
    assertError(await other.call('GET', path), 404, 'NOT_FOUND');
  });
});
