import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew } from './objects.ts';
import { assertError } from './replies.ts';

describe('conversations', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const say = async (person: Person, model: string, content: unknown, thread: object = {}) => {
    const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: person.token,
      body: { model, messages: [{ role: 'user', content }], ...thread },
    });
    assert.equal(reply.status, 200, reply.text);
    return {
      text: reply.field('choices.0.message.content'),
      messageId: reply.field('message_id'),
      conversationId: reply.field('conversation_id'),
    };
  };

  it('shows what was said on every branch, as its people saw it, and the steps behind it', async () => {
    const agent = await test.createAgent(test.owner, { tools: ['calculator'] });
    const first = await say(test.owner, agent, 'Hello there');
    const { conversationId } = first;
    const second = await say(test.owner, agent, '[[call calculator {"expression":"6*7"}]]', {
      conversation_id: conversationId,
    });
    const branch = await say(test.owner, agent, 'Another way', {
      conversation_id: conversationId,
      parent_message_id: first.messageId,
    });
    const shown = await test.owner.call('GET', `/conversations/${conversationId}`);
    assert.equal(shown.status, 200, shown.text);
    assert.partialDeepStrictEqual(shown.body, {
      id: conversationId,
      agent_id: agent,
      title: 'Hello there',
      turn_count: 3,
      newest_message_id: branch.messageId,
      turns: [
        {
          message_id: first.messageId,
          parent_message_id: null,
          status: 'completed',
          messages: [
            { role: 'user', content: 'Hello there' },
            { role: 'assistant', content: first.text },
          ],
        },
        { message_id: second.messageId, parent_message_id: first.messageId },
        { message_id: branch.messageId, parent_message_id: first.messageId },
      ],
    });
    const steps = at(shown.body, 'turns.1.steps');
    assert.ok(Array.isArray(steps));
    const tool = steps.find((step) => at(step, 'type') === 'tool');
    assert.partialDeepStrictEqual(tool, { name: 'calculator', run_by: 'server', is_error: false });
    assert.match(String(at(tool, 'result')), /42/);
  });

  it('keeps files out of the reply and names them', async () => {
    const agent = await test.createAgent(test.owner);
    const pixel = `data:image/png;base64,${'A'.repeat(2_000)}`;
    const said = await say(test.owner, agent, [
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: { url: pixel } },
      { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
    ]);
    const shown = await test.owner.call('GET', `/conversations/${said.conversationId}`);
    assert.partialDeepStrictEqual(at(shown.body, 'turns.0.messages.0'), {
      content: 'Look',
      attachments: [
        { type: 'image', url: null },
        { type: 'image', url: 'https://example.com/cat.png' },
      ],
    });
    assert.doesNotMatch(shown.text, /AAAAAAAA/);
  });

  it('the list is by agent, by words of the title, and the last active first', async () => {
    const person = await test.addAccount();
    const [one, two] = [await test.createAgent(person), await test.createAgent(person)];
    const invoice = await say(person, one, 'Where is my invoice?');
    await say(person, two, '100% sure');
    await say(person, one, 'Thanks', { conversation_id: invoice.conversationId });
    const titles = async (query: string) => {
      const reply = await person.call('GET', `/conversations${query}`);
      const found = at(reply.body, 'conversations');
      assert.ok(Array.isArray(found), reply.text);
      return found.map((conversation) => at(conversation, 'title'));
    };
    assert.deepEqual((await titles('')).sort(), ['100% sure', 'Where is my invoice?']);
    assert.deepEqual(await titles(`?agent_id=${two}`), ['100% sure']);
    assert.deepEqual(await titles('?q=INVOICE'), ['Where is my invoice?']);
    assert.deepEqual(await titles('?q=%25'), ['100% sure']);
    assert.deepEqual(await titles('?q=nothing'), []);
  });

  it('each bears the name that its agent or crew has now, and none once that is gone', async () => {
    const person = await test.addAccount();
    const agent = await test.createAgent(person, { name: 'Helper' });
    const { crewId } = await createCrew(person);
    await say(person, crewId, 'Write');
    const { conversationId } = await say(person, agent, 'Hello');
    const names = async () => {
      const { body } = await person.call('GET', '/conversations');
      return [at(body, 'conversations.0.agent_name'), at(body, 'conversations.1.agent_name')];
    };
    const crewName = at((await person.call('GET', `/crews/${crewId}`)).body, 'name');
    await person.call('PATCH', `/agents/${agent}`, { name: 'Assistant' });
    assert.deepEqual(await names(), ['Assistant', crewName]);
    const one = await person.call('GET', `/conversations/${conversationId}`);
    assert.equal(at(one.body, 'agent_name'), 'Assistant');
    await person.call('DELETE', `/agents/${agent}`);
    await person.call('DELETE', `/crews/${crewId}`);
    assert.deepEqual(await names(), [null, null]);
  });

  it('what was taken out of a conversation neither names it nor finds it', async () => {
    const person = await test.addPerson(test.owner, 'editor');
    const agent = await test.createAgent(test.owner);
    const first = await say(person, agent, 'My secret word is swordfish');
    const thread = { conversation_id: first.conversationId };
    await say(person, agent, 'And what is the time?', thread);
    const path = `/api/agents/v1/conversations/${first.conversationId}`;
    const listed = await test.request('GET', `${path}/items?order=asc`, { token: person.token });
    const found = async (q: string) =>
      at((await test.owner.call('GET', `/conversations?q=${q}`)).body, 'total');
    assert.equal(await found('swordfish'), 1);
    for (const index of [0, 1]) {
      const item = listed.field(`data.${index}.id`);
      const removed = await test.request('DELETE', `${path}/items/${item}`, { token: person.token });
      assert.equal(removed.status, 200, removed.text);
    }
    assert.equal(await found('swordfish'), 0);
    const title = async () =>
      (await test.owner.call('GET', `/conversations/${first.conversationId}`)).field('title');
    assert.equal(await title(), 'And what is the time?');
    const last = listed.field('data.2.id');
    await test.request('DELETE', `${path}/items/${last}`, { token: person.token });
    assert.equal(
      at((await test.owner.call('GET', `/conversations/${first.conversationId}`)).body, 'title'),
      '',
    );
  });

  it('the list is by words that were said, with the place of the first, and by no others', async () => {
    const person = await test.addAccount();
    const agent = await test.createAgent(person, {
      instructions: 'Zucchini are secret.',
      tools: ['calculator'],
    });
    const first = await say(person, agent, 'Hello');
    const said = 'Our "blue" kettle\nleaks at 100%, and the lid \\ is cracked';
    const second = await say(person, agent, said, { conversation_id: first.conversationId });
    await say(person, agent, '[[call calculator {"expression":"7777*7"}]] done', {
      conversation_id: first.conversationId,
    });
    await say(person, agent, 'An Umbrella \0 too');
    const find = async (q: string, by = person) => {
      const reply = await by.call('GET', `/conversations?${new URLSearchParams({ q })}`);
      assert.equal(reply.status, 200, reply.text);
      return { total: at(reply.body, 'total'), found: at(reply.body, 'conversations.0.found') };
    };
    for (const words of ['KETTLE', '"blue"', 'kettle\nleaks', '100%,', 'lid \\ is', ' cracked ']) {
      const { total, found } = await find(words);
      assert.equal(total, 1, words);
      assert.equal(at(found, 'message_id'), second.messageId);
      assert.match(String(at(found, 'excerpt')), /Our "blue" kettle leaks at 100%/);
    }
    assert.equal((await find('umbrella')).total, 1, 'by its title, whatever else was said');
    for (const words of [
      'kettle_leaks',
      '1_0%',
      'zucchini',
      'content',
      'tool_call',
      '53039',
      'user',
      'teapot',
    ])
      assert.deepEqual((await find(words)).total, 0, words);
    const stranger = await test.addAccount();
    await say(stranger, await test.createAgent(stranger), 'Hello');
    assert.equal((await find('kettle', stranger)).total, 0);
    assert.equal((await find('   ')).total, 2);
  });

  it('a deleted one is gone, and cannot be continued; what it cost stays on the log', async () => {
    const agent = await test.createAgent(test.owner);
    const { conversationId } = await say(test.owner, agent, 'Forget me');
    assert.equal((await test.owner.call('DELETE', `/conversations/${conversationId}`)).status, 204);
    assertError(await test.owner.call('GET', `/conversations/${conversationId}`), 404, 'NOT_FOUND');
    assertError(await test.owner.call('DELETE', `/conversations/${conversationId}`), 404, 'NOT_FOUND');
    const again = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model: agent, messages: [{ role: 'user', content: 'Hi' }], conversation_id: conversationId },
    });
    assert.equal(again.status, 404);
    const usage = await test.owner.call('GET', `/usage?agent_id=${agent}`);
    assert.equal(at(usage.body, 'total'), 1);
  });

  it('tells of each answer which calls it took, what they cost, and of the tool calls of its turn', async () => {
    const agent = await test.createAgent(test.owner, { tools: ['calculator'] });
    const { conversationId } = await say(test.owner, agent, '[[call calculator {"expression":"6*7"}]]');
    const shown = await test.owner.call('GET', `/conversations/${conversationId}`);
    const run = await test.owner.call('GET', `/runs/${shown.field('turns.0.run_id')}`);
    assert.equal(run.status, 200, run.text);
    const steps = at(run.body, 'steps');
    assert.ok(Array.isArray(steps));
    assert.deepEqual(
      steps.map((step) => at(step, 'type')),
      ['model', 'tool', 'model'],
    );
    assert.equal(at(steps[1], 'call_id'), at(shown.body, 'turns.0.steps.0.call_id'));
    assert.ok(Number(at(steps[0], 'input_tokens')) > 0);
    assert.equal(run.field('status'), 'completed');
    assert.equal(run.field('conversation_id'), conversationId);
  });
});
