import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { codeOf, type ResponsesApp, startResponsesApp } from './responses-app.ts';
import { assertItem } from './wire-schema.ts';

const user = (text: string) => ({ type: 'message', role: 'user', content: text });

describe('conversations', () => {
  let app: ResponsesApp;
  before(async () => {
    app = await startResponsesApp({ tools: ['calculator'] });
  });
  after(() => app.close());

  const list = async (id: string, query = '?order=asc') => {
    const data = at((await app.get(`/conversations/${id}/items${query}`)).body, 'data');
    assert.ok(Array.isArray(data));
    for (const item of data) assertItem(item);
    return data.map((item) => ({ id: String(at(item, 'id')), text: at(item, 'content.0.text') }));
  };

  it('are made, read, changed and deleted [conversations.crud]', async () => {
    const made = await app.post('/conversations', { metadata: { topic: 'shoes' } });
    const id = made.field('id');
    assert.match(id, /^conv_/);
    assert.equal(at(made.body, 'object'), 'conversation');
    assert.deepEqual((await app.get(`/conversations/${id}`)).body, made.body);
    const changed = await app.post(`/conversations/${id}`, { metadata: { topic: 'hats' } });
    assert.equal(changed.field('metadata.topic'), 'hats');
    assert.equal((await app.get(`/conversations/${id}`)).field('metadata.topic'), 'hats');
    const gone = await app.delete(`/conversations/${id}`);
    assert.deepEqual(gone.body, { id, object: 'conversation.deleted', deleted: true });
    assert.equal(codeOf(await app.get(`/conversations/${id}`)), 'conversation_not_found');
    assert.equal((await app.post('/conversations', { metadata: { a: 1 } })).status, 400);
  });

  it('hold the items that are added and what responses say, in order and in pages [conversations.items]', async () => {
    const made = await app.post('/conversations', { items: [user('one')] });
    const id = made.field('id');
    const added = await app.post(`/conversations/${id}/items`, {
      items: [user('two'), { role: 'assistant', content: [{ type: 'output_text', text: 'three' }] }],
    });
    assert.deepEqual(
      (at(added.body, 'data') as unknown[]).map((item) => at(item, 'content.0.text')),
      ['two', 'three'],
    );
    const response = await app.create({ input: 'four', conversation: id });
    const items = await list(id);
    assert.deepEqual(
      items.map(({ text }) => text),
      ['one', 'two', 'three', 'four', 'Sandbox: four'],
    );
    assert.equal(items[4]?.id, response.output[0]?.id);
    const page = await app.get(`/conversations/${id}/items?limit=2`);
    assert.deepEqual(
      (at(page.body, 'data') as unknown[]).map((item) => at(item, 'content.0.text')),
      ['Sandbox: four', 'four'],
    );
    assert.equal(at(page.body, 'has_more'), true);
    assert.equal(page.field('last_id'), items[3]?.id);
    const rest = await list(id, `?limit=100&after=${page.field('last_id')}`);
    assert.deepEqual(
      rest.map(({ text }) => text),
      ['three', 'two', 'one'],
    );
  });

  it('give single items, and forget those that are taken out [conversations.items]', async () => {
    const id = (await app.post('/conversations', { items: [user('keep'), user('drop')] })).field('id');
    const [keep, drop] = await list(id);
    assert.equal((await app.get(`/conversations/${id}/items/${drop?.id}`)).field('content.0.text'), 'drop');
    const reply = await app.delete(`/conversations/${id}/items/${drop?.id}`);
    assert.equal(reply.field('id'), id);
    assert.deepEqual(await list(id), [keep]);
    assert.equal(codeOf(await app.get(`/conversations/${id}/items/${drop?.id}`)), 'item_not_found');
    assert.equal(codeOf(await app.delete(`/conversations/${id}/items/${drop?.id}`)), 'item_not_found');
    const response = await app.create({ input: 'next', conversation: id });
    await app.delete(`/conversations/${id}/items/${response.output[0]?.id}`);
    assert.deepEqual(
      (await list(id)).map(({ text }) => text),
      ['keep', 'next'],
    );
  });

  it('show tool calls of the server to who asks, as one item each [conversations.items]', async () => {
    const id = (await app.post('/conversations', {})).field('id');
    await app.create({ input: '[[call calculator {"expression":"2+2"}]] four', conversation: id });
    assert.equal((await list(id)).length, 2);
    const reply = await app.get(`/conversations/${id}/items?order=asc&include=muster.steps`);
    assert.equal(reply.field('data.1.type'), 'muster:tool_call');
    const step = reply.field('data.1.id');
    await app.delete(`/conversations/${id}/items/${step}`);
    const after = await app.get(`/conversations/${id}/items?order=asc&include=muster.steps`);
    assert.ok(!after.text.includes('muster:tool_call'));
  });

  it('are read with nothing beside that is not known: the refusal names what there is [conversations.items]', async () => {
    const id = (await app.post('/conversations', { items: [{ role: 'user', content: 'Hi' }] })).field('id');
    const response = await app.create({ input: 'Hi', conversation: id });
    const item = (await list(id))[0]?.id;
    for (const path of [
      `/conversations/${id}/items`,
      `/conversations/${id}/items/${item}`,
      `/responses/${response.id}`,
      `/responses/${response.id}/input_items`,
    ]) {
      for (const query of ['include=nobody.knows', 'include[]=muster.steps&include[]=nobody.knows']) {
        const refused = await app.get(`${path}?${query}`);
        assert.equal(refused.status, 400, path);
        assert.equal(refused.field('error.param'), 'include');
        assert.match(refused.field('error.message'), /'nobody\.knows' is not known.*muster\.steps/);
      }
      const logprobs = await app.get(`${path}?include[]=message.output_text.logprobs`);
      assert.equal(logprobs.status, 400, path);
      // What OpenAI's hosted tools have is about items that are never here.
      const taken = await app.get(`${path}?include[]=file_search_call.results&include[]=muster.steps`);
      assert.equal(taken.status, 200, taken.text);
    }
    const added = { items: [{ role: 'user', content: 'More' }] };
    assert.equal((await app.post(`/conversations/${id}/items?include[]=nobody.knows`, added)).status, 400);
    assert.equal((await list(id)).length, 3, 'nothing is kept of what is refused');
  });

  it('that are empty can be listed by people and continued by chat [conversations.crud]', async () => {
    const id = (await app.post('/conversations', {})).field('id');
    assert.deepEqual(await list(id), []);
    const reply = await app.post('/chat/completions', {
      model: app.agent,
      conversation_id: id,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    assert.equal(reply.status, 200, reply.text);
    assert.equal((await list(id)).length, 2);
    const seen = await app.owner.call('GET', `/conversations/${id}`);
    assert.equal(seen.status, 200, seen.text);
    assert.equal(seen.field('agent_id'), app.agent);
  });

  it('of another account are not found [conversations.foreign]', async () => {
    const id = (await app.post('/conversations', { items: [user('secret')] })).field('id');
    const [item] = await list(id);
    const { key } = await app.createKey(await app.addAccount());
    const replies = [
      await app.get(`/conversations/${id}`, key),
      await app.post(`/conversations/${id}`, { metadata: {} }, key),
      await app.delete(`/conversations/${id}`, key),
      await app.get(`/conversations/${id}/items`, key),
      await app.post(`/conversations/${id}/items`, { items: [user('mine')] }, key),
      await app.get(`/conversations/${id}/items/${item?.id}`, key),
      await app.delete(`/conversations/${id}/items/${item?.id}`, key),
    ];
    for (const reply of replies) assert.equal(codeOf(reply), 'conversation_not_found');
    assert.equal((await list(id)).length, 1);
  });
});
