import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startTestApp } from '../../src/testing/test-app.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';
import { createCrew, endOf, startJob } from './objects.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

let collector: WebhookReceiver;
before(async () => {
  collector = await startWebhookReceiver();
});
after(() => collector.close());

const spansOf = (bodies: readonly string[]): OtlpSpan[] =>
  bodies.flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans);
const attributeOf = (span: OtlpSpan | undefined, key: string): unknown =>
  Object.values(span?.attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];

it('a collector is sent what agents and crews did, as one tree a job, and nothing of what was said', async () => {
  const test = await startTestApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${collector.host}`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=kettles, authorization=Bearer%20abc',
    OTEL_SERVICE_NAME: 'kettles-muster',
    OTEL_METRICS_EXPORTER: 'none',
  });
  const model = await test.createAgent(test.owner, { tools: ['calculator'] });
  const ask = (content: string) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model, messages: [{ role: 'user', content }] },
    });
  await ask('What is 6 * 7 for the quokka?');
  await ask('[[fail 400]]');
  const { crewId } = await createCrew(test.owner, { name: 'Quokka writers' });
  const jobId = await startJob(test.owner, crewId);
  await endOf(test.owner, jobId);
  await test.close();

  assert.ok(collector.received.length > 0);
  for (const { path, headers } of collector.received) {
    assert.equal(path, '/v1/traces');
    assert.equal(headers['x-tenant'], 'kettles');
    assert.equal(headers.authorization, 'Bearer abc');
  }
  const bodies = collector.received.map(({ body }) => body);
  assert.ok(!bodies.some((body) => body.includes('for the quokka')), 'a prompt is in a trace');
  assert.ok(bodies.every((body) => body.includes('kettles-muster')));

  const spans = spansOf(bodies);
  for (const span of spans) {
    assert.match(span.traceId, /^[0-9a-f]{32}$/);
    assert.match(span.spanId, /^[0-9a-f]{16}$/);
    assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), span.name);
  }
  assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
  const childrenOf = ({ spanId }: OtlpSpan) => spans.filter(({ parentSpanId }) => parentSpanId === spanId);

  const [answered, failed] = spans.filter(({ name }) => name === `invoke_agent ${model}`);
  assert.ok(answered && failed);
  const steps = childrenOf(answered);
  assert.deepEqual(
    steps.map(({ name }) => name),
    ['chat sandbox', 'execute_tool calculator', 'chat sandbox'],
  );
  assert.equal(attributeOf(steps[0], 'gen_ai.operation.name'), 'chat');
  assert.equal(attributeOf(steps[0], 'gen_ai.request.model'), 'sandbox');
  assert.ok(Number(attributeOf(steps[0], 'gen_ai.usage.input_tokens')) > 0);
  assert.equal(attributeOf(steps[1], 'gen_ai.tool.name'), 'calculator');
  assert.equal(answered.parentSpanId, undefined);
  assert.equal(failed.status.code, 2);
  assert.equal(typeof attributeOf(childrenOf(failed)[0], 'error.type'), 'string');

  const workflow = spans.find(({ name }) => name === 'invoke_workflow Quokka writers');
  assert.ok(workflow);
  assert.equal(attributeOf(workflow, 'muster.job.id'), jobId);
  const runs = childrenOf(workflow);
  assert.ok(runs.length > 0 && runs.every(({ name }) => name.startsWith('invoke_agent ')));
  for (const run of runs) {
    assert.equal(run.traceId, workflow.traceId);
    assert.ok(childrenOf(run).some(({ name }) => name === 'chat sandbox'));
  }
});

it('a collector that is down loses traces and nothing else', async () => {
  const down = await startWebhookReceiver();
  await down.close();
  const test = await startTestApp({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://${down.host}` });
  const model = await test.createAgent(test.owner);
  const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
    token: test.owner.token,
    body: { model, messages: [{ role: 'user', content: 'Hello' }] },
  });
  assert.equal(reply.status, 200, reply.text);
  await test.close();
});

it('a collector is sent every metric of /metrics, the last figures at the end', async () => {
  const receiver = await startWebhookReceiver();
  const test = await startTestApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${receiver.host}`,
    OTEL_TRACES_EXPORTER: 'none',
  });
  const model = await test.createAgent(test.owner);
  await test.request('POST', '/api/agents/v1/chat/completions', {
    token: test.owner.token,
    body: { model, messages: [{ role: 'user', content: 'Hello' }] },
  });
  const { text } = await test.request('GET', '/metrics');
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  await test.close();
  await receiver.close();
  assert.deepEqual([...new Set(receiver.received.map(({ path }) => path))], ['/v1/metrics']);
  const { metrics } = JSON.parse(receiver.received.at(-1)?.body ?? '').resourceMetrics[0].scopeMetrics[0];
  const sent: string[] = metrics.map(({ name }: { name: string }) => name);
  // What nothing has happened of has no figure to send.
  const used = names.filter((name) => new RegExp(`^${name}(_count|\\{| )`, 'm').test(text));
  assert.deepEqual(sent.sort(), used.sort());
  const calls = metrics.find(({ name }: { name: string }) => name === 'muster_model_calls_total');
  assert.equal(calls.sum.dataPoints[0].asDouble, 1);
});
