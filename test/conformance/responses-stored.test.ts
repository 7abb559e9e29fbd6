import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { codeOf, eventsOf, PATH, type ResponsesApp, resourceOf, startResponsesApp } from './responses-app.ts';
import { assertItem, assertResource } from './wire-schema.ts';

const TOOL = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } };

describe('a stored response', () => {
  let app: ResponsesApp;
  before(async () => {
    app = await startResponsesApp({ tools: ['calculator'] });
  });
  after(() => app.close());

  const SCRIPTS = [
    'Hello there',
    '[[think about it]] [[say this and that]]',
    '[[say first]] [[call calculator {"expression":"2+2"}]] [[say then four]]',
    '[[parallel look {"a":1}; look {"b":2}]]',
    '[[cut]] [[say broken in the middle of it]]',
    '[[fail 500]]',
  ];

  it('is retrieved as it was answered [stored.retrieve]', async () => {
    for (const input of SCRIPTS.slice(0, 4)) {
      const answered = await app.create({ input, tools: [TOOL] });
      const stored = resourceOf(await app.get(`/responses/${answered.id}`));
      assertResource(stored);
      assert.deepEqual(stored, answered);
    }
  });

  it('is streamed again byte for byte, after any event [stored.replay]', async () => {
    for (const input of SCRIPTS) {
      for (const include of [[], ['muster.steps']]) {
        const { text, events } = await app.stream({ input, include, tools: [TOOL] });
        const path = `/responses/${events[0]?.response?.id}?stream=true`;
        assert.equal((await app.get(path)).text, text);
        for (const after of [0, Math.floor(events.length / 2), events.length - 1]) {
          const rest = (await app.get(`${path}&starting_after=${after}`)).text;
          assert.ok(text.endsWith(rest));
          assert.equal(eventsOf(rest).length, events.length - 1 - after);
        }
      }
    }
    const { id } = await app.create({ input: 'Hi' });
    assert.equal((await app.get(`/responses/${id}?stream=true&starting_after=x`)).status, 400);
  });

  it('can be joined while it is made, and is the same to both readers [stored.follow]', async () => {
    const begin = async () => {
      const response = await fetch(`${app.url}${PATH}/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: app.agent,
          stream: true,
          input: '[[wait 300]] [[say many words in a row]]',
        }),
      });
      assert.ok(response.body);
      const [mine, look] = response.body.tee();
      const first = new TextDecoder().decode((await look.getReader().read()).value);
      const id = /"id":"(resp_\w+)"/.exec(first)?.[1];
      return { mine, id, running: resourceOf(await app.get(`/responses/${id}`)) };
    };
    const { mine, id, running } = await until(
      'one that is looked at before it is made',
      begin,
      ({ running: { status } }) => status === 'in_progress',
    );
    assertResource(running);
    const joined = await app.get(`/responses/${id}?stream=true`);
    const rejoined = await app.get(`/responses/${id}?stream=true&starting_after=1`);
    const whole = await new Response(mine).text();
    assert.equal(joined.text, whole);
    assert.ok(whole.endsWith(rejoined.text));
    assert.equal(codeOf(await app.delete(`/responses/resp_nobody`)), 'response_not_found');
  });

  it('shows its steps to a reader who asks for them [stored.retrieve]', async () => {
    const { id } = await app.create({ input: SCRIPTS[2] });
    const steps = resourceOf(await app.get(`/responses/${id}?include[]=muster.steps`));
    assert.deepEqual(
      steps.output.map(({ type }) => type),
      ['message', 'muster:tool_call', 'message'],
    );
  });

  it('that is deleted can be neither read nor continued, and the rest of its thread goes on [stored.delete]', async () => {
    const one = await app.create({ input: 'one' });
    const two = await app.create({ input: 'two', previous_response_id: one.id });
    const gone = await app.delete(`/responses/${one.id}`);
    assert.deepEqual(gone.body, { id: one.id, object: 'response.deleted', deleted: true });
    for (const path of [
      `/responses/${one.id}`,
      `/responses/${one.id}/input_items`,
      `/responses/${one.id}?stream=true`,
    ]) {
      assert.equal(codeOf(await app.get(path)), 'response_not_found');
    }
    assert.equal(codeOf(await app.delete(`/responses/${one.id}`)), 'response_not_found');
    const next = await app.post('/responses', { model: app.agent, input: 'x', previous_response_id: one.id });
    assert.equal(codeOf(next), 'previous_response_not_found');
    assert.equal((await app.create({ input: 'three', previous_response_id: two.id })).status, 'completed');
  });

  it('that is deleted as the last of its conversation leaves nothing of it [stored.delete]', async () => {
    const { id, conversation_id: conversation } = await app.create({ input: 'the word is heliotrope' });
    await app.delete(`/responses/${id}`);
    assert.equal((await app.owner.call('GET', `/conversations/${conversation}`)).status, 404);
    for (const table of ['turns', 'responses', 'conversations'] as const) {
      const rows = await app.app.db.scan(app.app.db.build.selectFrom(table).selectAll());
      assert.ok(!JSON.stringify(rows).includes('heliotrope'), table);
    }
  });

  it('goes with its conversation [stored.delete]', async () => {
    const { id, conversation_id: conversation } = await app.create({ input: 'Hi' });
    await app.owner.call('DELETE', `/conversations/${conversation}`);
    assert.equal((await app.get(`/responses/${id}`)).status, 404);
  });

  it('lists its input in pages, newest first unless asked otherwise [stored.input-items]', async () => {
    const { id } = await app.create({
      input: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
    });
    const texts = (body: unknown) => {
      const data = at(body, 'data');
      assert.ok(Array.isArray(data));
      for (const item of data) assertItem(item);
      return data.map((item) => at(item, 'content.0.text'));
    };
    assert.deepEqual(texts((await app.get(`/responses/${id}/input_items`)).body), ['c', 'b', 'a']);
    const page = await app.get(`/responses/${id}/input_items?order=asc&limit=2`);
    assert.deepEqual(texts(page.body), ['a', 'b']);
    assert.equal(at(page.body, 'has_more'), true);
    const rest = await app.get(
      `/responses/${id}/input_items?order=asc&limit=2&after=${page.field('last_id')}`,
    );
    assert.deepEqual(texts(rest.body), ['c']);
    assert.equal(at(rest.body, 'has_more'), false);
    const before = `order=asc&limit=1&before=${at(rest.body, 'first_id')}`;
    const back = await app.get(`/responses/${id}/input_items?${before}`);
    assert.deepEqual([texts(back.body), at(back.body, 'has_more')], [['b'], true]);
    const between = await app.get(`/responses/${id}/input_items?${before}&after=${page.field('first_id')}`);
    assert.deepEqual([texts(between.body), at(between.body, 'has_more')], [['b'], false]);
    assert.equal((await app.get(`/responses/${id}/input_items?limit=0`)).status, 400);
    assert.equal((await app.get(`/responses/${id}/input_items?before=msg_x`)).status, 400);
    assert.equal((await app.get(`/responses/${id}?stream=maybe`)).status, 400);
    assert.equal((await app.get(`/responses/${id}/input_items?after=msg_x`)).status, 400);
  });

  it('counts the tokens of an input, with everything around it, and runs nothing [stored.input-tokens]', async () => {
    const usage = async () => at((await app.owner.call('GET', '/usage')).body, 'total');
    const before = await usage();
    const count = async (body: Record<string, unknown>) => {
      const reply = await app.post('/responses/input_tokens', { model: app.agent, ...body });
      assert.equal(at(reply.body, 'object'), 'response.input_tokens');
      return Number(at(reply.body, 'input_tokens'));
    };
    const small = await count({ input: 'Hi' });
    assert.ok(small > 0);
    assert.ok((await count({ input: 'Hi '.repeat(100) })) > small + 50);
    assert.ok((await count({ input: 'Hi', tools: [TOOL] })) > small);
    assert.equal(await usage(), before);
  });
});
