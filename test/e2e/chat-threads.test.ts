import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

/** The upstream's own record shows what the model was given: that is what a thread is. */
describe('conversations of the chat API', () => {
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let agent: string;
  let key: string;

  before(async () => {
    upstream = await startScriptedUpstream((call) => ({ text: `Answer ${call.number}` }));
    test = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' });
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      output_usd_per_million: 2,
    });
    agent = await test.createAgent(test.owner, { model: 'openai/m', instructions: 'Be kind.' });
    ({ key } = await test.createKey(test.owner));
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });

  const user = (content: string) => ({ role: 'user', content });
  async function chat(body: Record<string, unknown>, token = key) {
    const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
      token,
      body: { model: agent, ...body },
    });
    return {
      status: reply.status,
      code: at(reply.body, 'error.code'),
      conversation: String(at(reply.body, 'conversation_id')),
      message: String(at(reply.body, 'message_id')),
      content: String(at(reply.body, 'choices.0.message.content')),
      /** What the model was given of the conversation. */
      given: () => modelInput(upstream),
    };
  }
  function modelInput(from: ScriptedUpstream): string[] {
    const messages = from.calls.at(-1)?.body.messages;
    return Array.isArray(messages)
      ? messages.map((message) => `${at(message, 'role')}: ${textOf(at(message, 'content'))}`)
      : [];
  }
  function textOf(content: unknown): string {
    return Array.isArray(content) ? content.map((part) => at(part, 'text')).join('') : String(content);
  }

  it('gives the model everything said before, from the conversation id alone', async () => {
    const one = await chat({ messages: [user('One')] });
    const two = await chat({ messages: [user('Two')], conversation_id: one.conversation });
    assert.equal(two.conversation, one.conversation);
    assert.deepEqual(two.given(), [
      'system: Be kind.',
      'user: One',
      `assistant: ${one.content}`,
      'user: Two',
    ]);
  });

  it('knows a resent history for what it is', async () => {
    const one = await chat({ messages: [user('One')] });
    const history = [user('One'), { role: 'assistant', content: one.content }];
    const two = await chat({ messages: [...history, user('Two')], conversation_id: one.conversation });
    assert.deepEqual(two.given(), [
      'system: Be kind.',
      'user: One',
      `assistant: ${one.content}`,
      'user: Two',
    ]);
  });

  it('branches where parent_message_id says, and goes on from the newest leaf without it', async () => {
    const one = await chat({ messages: [user('One')] });
    const left = await chat({ messages: [user('Left')], conversation_id: one.conversation });
    const right = await chat({
      messages: [user('Right')],
      conversation_id: one.conversation,
      parent_message_id: one.message,
    });
    assert.deepEqual(right.given().slice(1), ['user: One', `assistant: ${one.content}`, 'user: Right']);
    const next = await chat({ messages: [user('Next')], conversation_id: one.conversation });
    assert.deepEqual(next.given().slice(3), ['user: Right', `assistant: ${right.content}`, 'user: Next']);
    const back = await chat({ messages: [user('Back')], parent_message_id: left.message });
    assert.equal(back.conversation, one.conversation, 'a parent alone names its conversation');
    assert.deepEqual(back.given().slice(3), ['user: Left', `assistant: ${left.content}`, 'user: Back']);
  });

  it('branches where a resent history ends, or an answer failed, and goes on from there with what was said before', async () => {
    const one = await chat({ messages: [user('One')] });
    const said = [user('One'), { role: 'assistant', content: one.content }];
    const conversation_id = one.conversation;
    await chat({ messages: [user('Two')], conversation_id });
    const other = await chat({ messages: [...said, user('Other')], conversation_id });
    const next = await chat({ messages: [user('Next')], conversation_id });
    assert.deepEqual(next.given().slice(1), [
      ...['user: One', `assistant: ${one.content}`],
      ...['user: Other', `assistant: ${other.content}`, 'user: Next'],
    ]);

    upstream.play({ text: 'one two three', chunks: 3, gapMs: 5, ending: 'truncated', after: 2, usage: null });
    const body = { model: agent, messages: [user('Again')], conversation_id, stream: true };
    const failed = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
    assert.match(failed.text, /upstream_cut/);
    upstream.play((call) => ({ text: `Answer ${call.number}` }));
    const again = await chat({ messages: [user('Again')], conversation_id });
    const last = await chat({ messages: [user('Last')], conversation_id });
    assert.deepEqual(last.given().slice(5), [
      ...['user: Next', `assistant: ${next.content}`],
      ...['user: Again', `assistant: ${again.content}`, 'user: Last'],
    ]);
  });

  it('makes two branches of two turns at once, and loses neither', async () => {
    const one = await chat({ messages: [user('One')] });
    const both = await Promise.all([
      chat({ messages: [user('A')], conversation_id: one.conversation }),
      chat({ messages: [user('B')], conversation_id: one.conversation }),
    ]);
    const read = await test.owner.call('GET', `/conversations/${one.conversation}`);
    const turns = at(read.body, 'turns');
    assert.ok(Array.isArray(turns));
    assert.equal(turns.length, 3);
    for (const { message, content } of both) {
      const next = await chat({ messages: [user('More')], parent_message_id: message });
      assert.equal(next.given().at(-2), `assistant: ${content}`);
    }
  });

  it('sends system messages once, below the instructions of the agent', async () => {
    const messages = [{ role: 'system', content: 'Speak French.' }, user('One')];
    const one = await chat({ messages });
    const two = await chat({
      messages: [{ role: 'system', content: 'Speak French.' }, user('Two')],
      conversation_id: one.conversation,
    });
    const [system = '', ...rest] = two.given();
    assert.match(system, /^system: Be kind\.[\s\S]*Speak French\.$/);
    assert.equal(system.split('Speak French.').length, 2);
    assert.deepEqual(rest, ['user: One', `assistant: ${one.content}`, 'user: Two']);
  });

  it('does not show conversations to other accounts, nor tell that they exist', async () => {
    const one = await chat({ messages: [user('Secret')] });
    const stranger = await test.addAccount();
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      output_usd_per_million: 2,
    });
    const theirs = await test.createAgent(stranger, { model: 'openai/m' });
    const { key: theirKey } = await test.createKey(stranger);
    const before = upstream.calls.length;
    for (const ids of [
      { conversation_id: one.conversation },
      { conversation_id: one.conversation, parent_message_id: one.message },
    ]) {
      const reply = await chat({ model: theirs, messages: [user('Hi')], ...ids }, theirKey);
      assert.equal(reply.status, 404);
    }
    const unknown = await chat(
      { model: theirs, messages: [user('Hi')], parent_message_id: one.message },
      theirKey,
    );
    assert.equal(unknown.code, 'message_not_found');
    assert.equal(upstream.calls.length, before, 'nothing may be spent on a request that is refused');
    assert.equal((await stranger.call('GET', `/conversations/${one.conversation}`)).status, 404);
  });

  it('lets a key that is limited to some agents into the conversations of those only', async () => {
    const one = await chat({ messages: [user('Hello')] });
    const other = await test.createAgent(test.owner, { model: 'openai/m' });
    const { key: narrow } = await test.createKey(test.owner, { agent_ids: [other] });
    const reply = await chat(
      { model: other, messages: [user('Hi')], conversation_id: one.conversation },
      narrow,
    );
    assert.equal(reply.status, 404);
    assert.equal(reply.code, 'conversation_not_found');
  });

  it('refuses a parent of another conversation and a request that adds nothing', async () => {
    const one = await chat({ messages: [user('One')] });
    const two = await chat({ messages: [user('Two')] });
    const mixed = await chat({
      messages: [user('Hi')],
      conversation_id: one.conversation,
      parent_message_id: two.message,
    });
    assert.equal(mixed.code, 'message_not_found');
    const same = await chat({
      messages: [user('One'), { role: 'assistant', content: one.content }],
      conversation_id: one.conversation,
    });
    assert.equal(same.code, 'nothing_to_answer');
  });

  it('leaves a conversation deleted that is deleted while a turn of it runs, and bills the turn', async () => {
    const one = await chat({ messages: [user('One')] });
    const before = Number(at((await test.owner.call('GET', '/usage?limit=1')).body, 'total'));
    const calls = upstream.calls.length;
    const deleted = Promise.withResolvers<void>();
    upstream.play({ text: 'late', firstByteAfter: deleted.promise });
    const running = chat({ messages: [user('Two')], conversation_id: one.conversation });
    await until('the call', () => upstream.calls.length > calls);
    assert.equal((await test.owner.call('DELETE', `/conversations/${one.conversation}`)).status, 204);
    deleted.resolve();
    assert.equal((await running).status, 200);
    upstream.play((call) => ({ text: `Answer ${call.number}` }));
    assert.equal((await test.owner.call('GET', `/conversations/${one.conversation}`)).status, 404);
    assert.equal(Number(at((await test.owner.call('GET', '/usage?limit=1')).body, 'total')), before + 1);
  });

  it('forgets nothing that an upstream failure interrupts', async () => {
    const one = await chat({ messages: [user('One')] });
    upstream.play({ status: 400, error: { message: 'no', type: 'invalid_request_error' } });
    const failed = await chat({ messages: [user('Two')], conversation_id: one.conversation });
    assert.equal(failed.status, 400);
    upstream.play((call) => ({ text: `Answer ${call.number}` }));
    const again = await chat({ messages: [user('Two')], conversation_id: one.conversation });
    assert.deepEqual(again.given().slice(1), ['user: One', `assistant: ${one.content}`, 'user: Two']);
  });
});
