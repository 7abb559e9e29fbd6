import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob, talk } from './objects.ts';
import { assertError } from './replies.ts';

describe('metrics', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_METRICS_TOKEN: 'let-me-in' });
  });
  after(() => test.close());

  const read = async (): Promise<Map<string, number>> => {
    const reply = await test.request('GET', '/metrics');
    assert.equal(reply.status, 200, reply.text);
    assert.match(reply.headers.get('content-type') ?? '', /^text\/plain; version=0.0.4/);
    const samples = reply.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      samples.map((line) => {
        const [, name = '', value = ''] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
        assert.notEqual(name, '', `not a sample: ${line}`);
        return [name, Number(value)];
      }),
    );
  };

  it('count requests, calls of models and tools, tokens and writes', async () => {
    const model = await test.createAgent(test.owner, { tools: ['calculator'] });
    const before = await read();
    await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model, messages: [{ role: 'user', content: 'What is 6 * 7?' }] },
    });
    const streamed = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model, stream: true, messages: [{ role: 'user', content: 'Hello' }] },
    });
    assert.match(streamed.text, /\[DONE\]/);
    const after = await read();
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    const route = 'method="POST",route="/api/agents/v1/chat/completions"';
    assert.equal(grown(`muster_http_requests_total{${route},status="200"}`), 2);
    assert.equal(grown(`muster_http_request_duration_seconds_count{${route}}`), 2);
    assert.equal(grown('muster_model_calls_total{model="sandbox",outcome="answered"}'), 3);
    assert.equal(grown('muster_tool_calls_total{tool="calculator",outcome="ok"}'), 1);
    assert.ok(grown('muster_model_tokens_total{model="sandbox",kind="output"}') > 0);
    assert.ok(grown('muster_db_write_duration_seconds_count') > 0);
    assert.equal(after.get('muster_credit_holds_open'), 0);
    assert.ok((after.get('process_resident_memory_bytes') ?? 0) > 1e6);
    assert.ok(after.has('muster_event_loop_lag_seconds{quantile="0.99"}'));
  });

  it('count what jobs of crews do, and show the jobs that are open', async () => {
    const before = await read();
    const { crewId } = await createCrew(test.owner, {
      tasks: [
        {
          ...{ name: 'write', description: 'Write', expected_output: 'A line', agent: 'Writer' },
          human_input: true,
        },
      ],
    });
    const jobId = await startJob(test.owner, crewId);
    while ((await read()).get('muster_jobs_open{status="waiting_for_input"}') !== 1);
    const calls = 'muster_model_calls_total{model="sandbox",outcome="answered"}';
    assert.equal(((await read()).get(calls) ?? 0) - (before.get(calls) ?? 0), 1);
    await test.owner.call('POST', `/executions/${jobId}/resume`, { task_id: 'write', approve: true });
    await endOf(test.owner, jobId);
    const after = await read();
    // The answer that the job read back when it went on is not counted again.
    assert.equal((after.get(calls) ?? 0) - (before.get(calls) ?? 0), 1);
    assert.equal(after.get('muster_jobs_open{status="waiting_for_input"}'), 0);
  });

  it('are closed to what a proxy passes on, unless it has the token', async () => {
    await talk(test, test.owner);
    const headers = { 'x-forwarded-for': '198.51.100.7' };
    assertError(await test.request('GET', '/metrics', { headers }), 403, 'FORBIDDEN');
    assertError(await test.request('GET', '/metrics', { headers, token: 'wrong' }), 403, 'FORBIDDEN');
    assert.equal((await test.request('GET', '/metrics', { headers, token: 'let-me-in' })).status, 200);
    assert.equal((await test.request('GET', '/api/v1/metrics')).status, 200);
  });
});
