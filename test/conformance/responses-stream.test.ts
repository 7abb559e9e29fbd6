import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import {
  codeOf,
  PATH,
  type ResponsesApp,
  resourceOf,
  type StreamEvent,
  startResponsesApp,
} from './responses-app.ts';
import { assertEvent } from './wire-schema.ts';

const TOOL = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } };

/** An answer without what differs between two of the same: ids, times. */
function withoutIdentity(value: unknown): unknown {
  const text = JSON.stringify(value).replace(/\b(resp|msg|rs|fc|conv|call)_[0-9A-Za-z]{20,}/g, '$1');
  return { ...JSON.parse(text), created_at: 0, completed_at: 0 };
}

describe('a streamed response', () => {
  let app: ResponsesApp;
  before(async () => {
    // Nobody listens there: a call that is refused for its price never gets that far.
    const provider = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_API_KEY: 'sk-nobody' };
    app = await startResponsesApp({ tools: ['calculator'] }, provider);
  });
  after(() => app.close());

  it('is one frame an event, named as its type, and ends with [DONE] [stream.framing] [stream.done]', async () => {
    const reply = await app.post('/responses', { model: app.agent, stream: true, input: 'Hi' });
    assert.match(reply.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(reply.headers.get('x-accel-buffering'), 'no');
    assert.ok(reply.headers.get('x-request-id'));
    assert.ok(!reply.text.includes('\r') && !/^id:/m.test(reply.text));
    assert.ok(reply.text.endsWith('\n\ndata: [DONE]\n\n'));
    for (const frame of reply.text.split('\n\n').slice(0, -2)) {
      assert.match(frame, /^event: \S+\ndata: \{[^\n]*\}$/);
    }
  });

  it('counts its events and tells them in their order, all of them of the specification [stream.sequence] [stream.lifecycle] [stream.item-order] [stream.only-known-events]', async () => {
    const { events } = await app.stream({ input: '[[think first this]] [[say then that]]' });
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, index) => index),
    );
    for (const event of events) assertEvent(event);
    const kinds = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    assert.deepEqual(kinds, [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('shows reasoning as a summary whose deltas make its text [stream.reasoning-summary]', async () => {
    const { events } = await app.stream({ input: '[[think one two three]] Hi' });
    const deltas = events.filter(({ type }) => type === 'response.reasoning_summary_text.delta');
    assert.equal(deltas.map(({ delta }) => delta).join(''), 'one two three');
    assert.deepEqual(events.at(-1)?.response?.output[0]?.summary, [
      { type: 'summary_text', text: 'one two three' },
    ]);
  });

  it('has one id and one index for an item, from its first event to the end [stream.same-ids]', async () => {
    const { events } = await app.stream({ input: '[[think a]] [[call get_weather {}]]', tools: [TOOL] });
    const output = events.at(-1)?.response?.output ?? [];
    assert.deepEqual(
      output.map(({ type }) => type),
      ['reasoning', 'function_call'],
    );
    for (const event of events) {
      if (event.output_index === undefined) continue;
      assert.equal(event.item_id ?? event.item?.id, output[event.output_index]?.id);
      if (event.item?.call_id) assert.equal(event.item.call_id, output[event.output_index]?.call_id);
    }
    const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
    assert.deepEqual(done, output);
  });

  it('says what the JSON reply of the same request says [stream.equals-json]', async () => {
    for (const input of [
      'Hello there',
      '[[think hm]] [[call get_weather {"a":1}]]',
      '[[call calculator {"expression":"2+2"}]] four',
    ]) {
      const json = await app.create({ input, tools: [TOOL] });
      const { events } = await app.stream({ input, tools: [TOOL] });
      assert.deepEqual(withoutIdentity(events.at(-1)?.response), withoutIdentity(json));
    }
  });

  it('tells an error nested, then fails, and keeps what was said [stream.error-then-failed]', async () => {
    const { events, text } = await app.stream({
      input: '[[cut]] [[say these words are cut in their middle]]',
    });
    for (const event of events) assertEvent(event);
    const [error, failed] = events.slice(-2);
    assert.equal(error?.type, 'error');
    assert.equal(at(error, 'error.code'), 'upstream_cut');
    assert.equal(at(error, 'error.param'), '');
    assert.equal(failed?.type, 'response.failed');
    assert.equal(failed?.response?.error?.code, 'upstream_cut');
    assert.match(failed?.response?.output[0]?.content?.[0]?.text ?? '', /^these/);
    assert.ok(text.endsWith('data: [DONE]\n\n'));
    const stored = resourceOf(await app.get(`/responses/${failed?.response?.id}`));
    assert.equal(stored.status, 'failed');
  });

  it('fails after the first event even when no word came [stream.error-then-failed]', async () => {
    const { events } = await app.stream({ input: '[[fail 500]]' });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['response.created', 'response.in_progress', 'error', 'response.failed'],
    );
  });

  it('that is refused has its own status, and no byte of a stream [error.before-stream]', async () => {
    const poor = await app.addAccount();
    const price = { input_usd_per_million: 1_000_000, output_usd_per_million: 1_000_000 };
    await app.owner.call('PUT', '/models/openai%2Fdear/price', price);
    const dear = await app.createAgent(poor, { model: 'openai/dear' });
    const { key } = await app.createKey(poor);
    const unpaid = await app.post('/responses', { model: dear, stream: true, input: 'Hi' }, key);
    assert.equal(unpaid.status, 402);
    assert.equal(codeOf(unpaid), 'insufficient_credit');
    const body = { model: app.agent, stream: true, input: 'Hi' };
    assert.equal((await app.post('/responses', { ...body, model: 'agent_nobody' })).status, 404);
    const unknown = await app.post('/responses', { ...body, previous_response_id: 'resp_x' });
    assert.equal(codeOf(unknown), 'previous_response_not_found');
    assert.match(unknown.headers.get('content-type') ?? '', /json/);
  });

  it('that is cut by its length has its last item incomplete, and so itself [stream.incomplete-last]', async () => {
    const { events } = await app.stream({ input: `[[say ${'word '.repeat(60)}]]`, max_output_tokens: 16 });
    const last = events.at(-1);
    assert.equal(last?.type, 'response.incomplete');
    const output = last?.response?.output ?? [];
    assert.equal(output.at(-1)?.status, 'incomplete');
    assert.ok(output.slice(0, -1).every(({ status }) => status === 'completed'));
    const done = events.filter(({ type }) => type === 'response.output_item.done');
    assert.deepEqual(done.at(-1)?.item, output.at(-1));
  });

  it('pads its deltas when it is asked to, to few lengths, and else never [stream.obfuscation]', async () => {
    const padded = await app.stream({
      input: 'one three seventeen',
      stream_options: { include_obfuscation: true },
    });
    const deltas = padded.events.filter(({ type }) => type.endsWith('.delta'));
    const lengths = deltas.map(({ delta = '', obfuscation }) => delta.length + String(obfuscation).length);
    assert.ok(deltas.length > 1 && lengths.every((length) => length % 16 === 0));
    for (const body of [{}, { stream_options: { include_obfuscation: false } }]) {
      const { text } = await app.stream({ input: 'Hi', ...body });
      assert.ok(!text.includes('obfuscation'));
    }
  });

  it('tells words before tools as commentary and the answer as final [phase.output]', async () => {
    const { events } = await app.stream({
      input: '[[say let me see]] [[call calculator {"expression":"2+2"}]] [[say it is four]]',
    });
    const output = events.at(-1)?.response?.output ?? [];
    assert.deepEqual(
      output.map(({ phase, content }) => [phase, content?.[0]?.text]),
      [
        ['commentary', 'let me see'],
        ['final_answer', 'it is four'],
      ],
    );
    for (const event of events)
      if (event.type === 'response.output_item.added') assert.ok(!('phase' in (event.item ?? {})));
  });

  it('cites documents with annotations before the text is done [stream.annotations]', async () => {
    const agent = await app.createAgent(app.owner);
    const added = await app.owner.call('POST', `/agents/${agent}/documents`, {
      name: 'Returns',
      text: 'Customers may return shoes within 40 days of their purchase, if they are unworn.',
    });
    const id = added.field('id');
    const document = await app.app.knowledge.waitUntilSettled(app.owner.accountId, id);
    assert.equal(document?.status, 'ready');
    const { events } = await app.stream({ model: agent, input: 'How many days to return shoes?' });
    for (const event of events) assertEvent(event);
    const types = events.map(({ type }) => type);
    assert.ok(types.includes('response.output_text.annotation.added'));
    assert.ok(
      types.indexOf('response.output_text.annotation.added') < types.indexOf('response.output_text.done'),
    );
    const annotation = at(events.at(-1)?.response, 'output.0.content.0.annotations.0');
    assert.equal(at(annotation, 'type'), 'url_citation');
    assert.equal(at(annotation, 'title'), 'Returns');
    assert.ok(Number(at(annotation, 'end_index')) > Number(at(annotation, 'start_index')));
  });

  it('is stopped when its reader goes away, and what was said is kept [stream.lifecycle]', async () => {
    const controller = new AbortController();
    const response = await fetch(`${app.url}${PATH}/responses`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: app.agent, stream: true, input: '[[wait 60000]] never' }),
    });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const created: StreamEvent = JSON.parse(/data: (.*)/.exec(first)?.[1] ?? '{}');
    controller.abort();
    for (;;) {
      const reply = await app.get(`/responses/${created.response?.id}`);
      if (reply.status === 200 && reply.field('status') === 'incomplete') {
        assert.equal(reply.field('incomplete_details.reason'), 'stopped');
        break;
      }
    }
  });
});
