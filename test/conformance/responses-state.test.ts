import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at } from '../../src/testing/test-app.ts';
import { codeOf, type ResponsesApp, resourceOf, startResponsesApp } from './responses-app.ts';

describe('the state of responses', () => {
  let upstream: ScriptedUpstream;
  let app: ResponsesApp;
  before(async () => {
    upstream = await startScriptedUpstream(({ number }) => ({ text: `answer ${number}` }));
    app = await startResponsesApp({}, { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' });
    await app.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
    await app.owner.call('PATCH', `/agents/${app.agent}`, { model: 'openai/m' });
  });
  after(async () => {
    await app.close();
    await upstream.close();
  });

  /** What the model was last sent, as texts. */
  function lastSent(): unknown[] {
    const messages = upstream.calls.at(-1)?.body.messages;
    return Array.isArray(messages) ? messages.map((message) => at(message, 'content')) : [];
  }
  const answerOf = (response: { output: readonly { content?: readonly { text?: string }[] }[] }) =>
    response.output[0]?.content?.[0]?.text;
  const chat = (body: Record<string, unknown>) =>
    app.post('/chat/completions', { model: app.agent, ...body });

  it('is input, output, and then the new input, however often they are chained [state.previous]', async () => {
    const one = await app.create({ input: 'first' });
    const two = await app.create({ input: 'second', previous_response_id: one.id });
    await app.create({ input: 'third', previous_response_id: two.id });
    assert.deepEqual(lastSent(), ['first', answerOf(one), 'second', answerOf(two), 'third']);
    assert.equal(two.previous_response_id, one.id);
  });

  it('is there for the next request as soon as the end of a stream was seen [state.previous]', async () => {
    const { events } = await app.stream({ input: 'streamed' });
    await app.create({ input: 'next', previous_response_id: events.at(-1)?.response?.id });
    assert.equal(lastSent()[0], 'streamed');
  });

  it('branches where two responses continue one [state.branches]', async () => {
    const root = await app.create({ input: 'root' });
    const left = await app.create({ input: 'left', previous_response_id: root.id });
    await app.create({ input: 'right', previous_response_id: root.id });
    assert.deepEqual(lastSent(), ['root', answerOf(root), 'right']);
    await app.create({ input: 'left again', previous_response_id: left.id });
    assert.deepEqual(lastSent(), ['root', answerOf(root), 'left', answerOf(left), 'left again']);
  });

  it('is not found under an unknown id, or one of another form [state.previous-unknown]', async () => {
    for (const id of ['resp_0000000000000000000000000A', 'resp_', 'nonsense', `resp_${'x'.repeat(200)}`]) {
      const reply = await app.post('/responses', { model: app.agent, input: 'Hi', previous_response_id: id });
      assert.equal(reply.status, 400);
      assert.equal(codeOf(reply), 'previous_response_not_found');
      assert.equal(reply.field('error.param'), 'previous_response_id');
    }
  });

  it('of store: false is nothing: no response, no conversation, no text; but the run and its usage [state.store-false]', async () => {
    const count = async () => at((await app.owner.call('GET', '/conversations')).body, 'total');
    const rows = async () => at((await app.owner.call('GET', '/usage')).body, 'total');
    const [conversations, usage] = [await count(), Number(await rows())];
    const response = await app.create({ input: 'forget the word heliotrope', store: false });
    assert.equal(response.store, false);
    assert.equal(response.conversation_id, undefined);
    assert.equal((await app.get(`/responses/${response.id}`)).status, 404);
    const next = await app.post('/responses', {
      model: app.agent,
      input: 'Hi',
      previous_response_id: response.id,
    });
    assert.equal(codeOf(next), 'previous_response_not_found');
    assert.equal(await count(), conversations);
    assert.equal(await rows(), usage + 1);
    for (const table of ['turns', 'responses', 'runs', 'conversations'] as const) {
      const stored = await app.app.db.scan(app.app.db.build.selectFrom(table).selectAll());
      assert.ok(!JSON.stringify(stored).includes('heliotrope'), table);
    }
  });

  it('is one thread with chat: a response continues a message, a message a response [state.one-thread]', async () => {
    const said = await chat({ messages: [{ role: 'user', content: 'by chat' }] });
    const response = await app.create({
      input: 'by response',
      previous_response_id: said.field('message_id'),
    });
    assert.deepEqual(lastSent(), ['by chat', said.field('choices.0.message.content'), 'by response']);
    const back = await chat({
      messages: [{ role: 'user', content: 'by chat again' }],
      parent_message_id: response.id,
    });
    assert.equal(back.status, 200, back.text);
    assert.deepEqual(lastSent().slice(2), ['by response', answerOf(response), 'by chat again']);
    assert.equal(back.field('conversation_id'), said.field('conversation_id'));
    assert.equal(response.conversation_id, said.field('conversation_id'));
    const third = await app.create({ input: 'newest', conversation: response.conversation_id });
    assert.equal(lastSent().length, 7);
    assert.deepEqual(third.conversation, { id: response.conversation_id });
    await chat({
      messages: [{ role: 'user', content: 'and chat' }],
      conversation_id: response.conversation_id,
    });
    assert.equal(lastSent().length, 9);
  });

  it('shows what chat has said as a response too [state.one-thread]', async () => {
    const said = await chat({ messages: [{ role: 'user', content: 'by chat' }] });
    const id = said.field('message_id').replace('msg_', 'resp_');
    const shown = resourceOf(await app.get(`/responses/${id}`));
    assert.equal(answerOf(shown), said.field('choices.0.message.content'));
    const items = await app.get(`/responses/${id}/input_items`);
    assert.equal(items.field('data.0.content.0.text'), 'by chat');
  });

  it('appends to the conversation that is named, and to no other [state.conversation]', async () => {
    const made = await app.post('/conversations', {});
    const conversation = made.field('id');
    const one = await app.create({ input: 'one', conversation });
    await app.create({ input: 'two', conversation: { id: conversation } });
    assert.deepEqual(lastSent(), ['one', answerOf(one), 'two']);
    assert.equal(one.conversation_id, conversation);
    for (const wrong of ['conv_nobody', { id: 'conv_nobody' }]) {
      const reply = await app.post('/responses', { model: app.agent, input: 'Hi', conversation: wrong });
      assert.equal(codeOf(reply), 'conversation_not_found');
    }
  });
});
