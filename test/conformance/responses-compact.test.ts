import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at } from '../../src/testing/test-app.ts';
import { codeOf, type OutputItem, type ResponsesApp, startResponsesApp } from './responses-app.ts';
import { assertCompaction } from './wire-schema.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const SUMMARY = 'Ada ordered green shoes of size 42 and wants them by Friday.';

describe('compaction', () => {
  let upstream: ScriptedUpstream;
  let app: ResponsesApp;
  before(async () => {
    upstream = await startScriptedUpstream({
      text: SUMMARY,
      usage: { prompt_tokens: 1000, completion_tokens: 20 },
    });
    app = await startResponsesApp({}, { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' });
    await app.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      output_usd_per_million: 1,
    });
    await app.owner.call('PATCH', `/agents/${app.agent}`, { model: 'openai/m' });
  });
  after(async () => {
    await app.close();
    await upstream.close();
  });

  const long = Array.from({ length: 20 }, (_, n) => [
    user(`Question ${n}: ${'tell me more about this '.repeat(20)}`),
    assistant(`Answer ${n}: ${'there is a lot to be said '.repeat(20)}`),
  ]).flat();
  const compact = async (body: Record<string, unknown>) => {
    const reply = await app.post('/responses/compact', { model: app.agent, ...body });
    assert.equal(reply.status, 200, reply.text);
    assertCompaction(reply.body);
    return at(reply.body, 'output') as OutputItem[];
  };
  const lastSent = () => JSON.stringify(upstream.calls.at(-1)?.body.messages);

  it('gives retained items, one compaction and usage [compact.shape]', async () => {
    const output = await compact({
      input: [{ role: 'system', content: 'Be kind.' }, ...long, user('And the last one?')],
      prompt_cache_key: 'k',
    });
    assert.deepEqual(
      output.map(({ type, role }) => [type, role]),
      [
        ['message', 'system'],
        ['compaction', undefined],
        ['message', 'user'],
      ],
    );
    assert.equal(output[2]?.content?.[0]?.text, 'And the last one?');
    for (const item of output) assert.ok(item.id);
  });

  it('needs a model, and something to compact [compact.model-required]', async () => {
    const noModel = await app.post('/responses/compact', { input: [user('x')] });
    assert.equal(noModel.status, 400);
    assert.equal(noModel.field('error.param'), 'model');
    assert.equal((await app.post('/responses/compact', { model: app.agent })).status, 400);
    assert.equal((await app.post('/responses/compact', { model: app.agent, input: [] })).status, 400);
  });

  it('is no work for a crew, which is not run for it [compact.model-required]', async () => {
    const crew = await app.owner.call('POST', '/crews', {
      ...{ name: 'Desk', description: '', agents: [{ role: 'R', goal: 'G', model: 'sandbox' }] },
      tasks: [{ description: 'Answer {message}' }],
    });
    const refused = await app.post(
      '/responses/compact',
      { model: crew.field('id'), input: long },
      app.owner.token,
    );
    assert.equal(refused.status, 400, refused.text);
    assert.equal(refused.field('error.param'), 'model');
    assert.equal(at((await app.owner.call('GET', '/executions')).body, 'total'), 0);
  });

  it("is summarised by the agent's model, billed like a run, and shorter [compact.shortens]", async () => {
    const usage = async () => Number(at((await app.owner.call('GET', '/usage')).body, 'total'));
    const before = await usage();
    const output = await compact({ input: long, instructions: 'Mind the colours.' });
    assert.equal(await usage(), before + 1);
    assert.ok(lastSent().includes('Answer 19') && lastSent().includes('Mind the colours.'));
    assert.ok(JSON.stringify(output).length < JSON.stringify(long).length / 4);
    const rows = await app.app.db.scan(app.app.db.build.selectFrom('runs').select('kind'));
    assert.ok(rows.some(({ kind }) => kind === 'compaction'));
  });

  it('is understood as the input of a new chain, and keeps the latest words as they were [compact.round-trip]', async () => {
    const output = await compact({ input: [...long, user('My name is Ada.'), assistant('Hello Ada.')] });
    const response = await app.create({ input: [...output, user('What is my name?')] });
    assert.ok(lastSent().includes(SUMMARY) && lastSent().includes('My name is Ada.'));
    assert.ok(!lastSent().includes('Answer 3:'));
    const items = await app.get(`/responses/${response.id}/input_items?order=asc`);
    assert.equal(items.field('data.0.type'), 'compaction');
    assert.equal(items.field('data.0.encrypted_content'), output[0]?.encrypted_content);
    const again = await compact({ input: [...output, user('More'), assistant('Yes')] });
    assert.ok(lastSent().includes(SUMMARY));
    assert.equal(again.filter(({ type }) => type === 'compaction').length, 1);
  });

  it('takes a stored thread by its last response, whichever API made it [compact.round-trip]', async () => {
    const one = await app.create({ input: 'The word is heliotrope' });
    await compact({ previous_response_id: one.id });
    assert.ok(lastSent().includes('heliotrope'));
    const chat = await app.post('/chat/completions', {
      model: app.agent,
      messages: [user('The word is amaranth')],
    });
    await compact({ previous_response_id: chat.field('message_id'), input: [user('And now?')] });
    assert.ok(lastSent().includes('amaranth'));
    const unknown = await app.post('/responses/compact', {
      model: app.agent,
      previous_response_id: 'resp_x',
    });
    assert.equal(codeOf(unknown), 'previous_response_not_found');
  });

  it('opens for its own account only, and unaltered [compact.sealed]', async () => {
    const [item] = await compact({ input: long });
    const sealed = item?.encrypted_content ?? '';
    assert.ok(!Buffer.from(sealed, 'base64url').toString().includes('Ada'));
    const middle = Math.floor(sealed.length / 2);
    const altered = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1);
    const send = (content: string, agent: string, key?: string) =>
      app.post(
        '/responses',
        { model: agent, input: [{ type: 'compaction', encrypted_content: content }, user('x')] },
        key,
      );
    assert.equal(codeOf(await send(altered, app.agent)), 'invalid_encrypted_content');
    const other = await app.addAccount();
    const { key } = await app.createKey(other);
    const stolen = await send(sealed, await app.createAgent(other), key);
    assert.equal(codeOf(stolen), 'invalid_encrypted_content');
    assert.equal(stolen.field('error.param'), 'input.0.encrypted_content');
  });

  it('that fails says why, and bills what was used [compact.shortens]', async () => {
    upstream.play({ status: 400, error: { message: 'no', type: 'invalid_request_error' } });
    const reply = await app.post('/responses/compact', { model: app.agent, input: long });
    assert.equal(reply.status, 400);
    assert.equal(codeOf(reply), 'upstream_bad_request');
    assert.equal(at((await app.owner.call('GET', '/billing')).body, 'held_usd'), 0);
    upstream.play({ text: SUMMARY });
  });
});
