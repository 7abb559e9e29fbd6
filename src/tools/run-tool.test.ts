import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createGuardedHttp } from '../lib/guarded-http/index.ts';
import type { JsonObject } from '../lib/json.ts';
import { createTools, type Tool, type ToolContext, type ToolOutcome } from './index.ts';
import { testContext, testKnowledge } from './test-context.ts';

const DEADLINE = { timeoutMs: 5_000 };

function createTestTools(logged: unknown[] = []) {
  return createTools({
    config: { TAVILY_API_KEY: undefined, BRAVE_API_KEY: undefined, SEARXNG_URL: undefined },
    guardedHttp: createGuardedHttp({ allowHosts: [] }),
    knowledge: testKnowledge(),
    clock: { now: () => 0 },
    logger: { error: (...args: unknown[]) => void logged.push(args) },
  });
}

function toolOf(
  run: (args: JsonObject, context: ToolContext) => Promise<ToolOutcome>,
  parameters?: JsonObject,
): Tool {
  return {
    name: 'probe',
    description: '',
    category: 'custom',
    priceNanoUsd: 0n,
    parameters: parameters ?? { type: 'object' },
    run,
  };
}

const echo = (parameters?: JsonObject) =>
  toolOf(async (args) => ({ output: JSON.stringify(args), isError: false }), parameters);

const run = (tool: Tool, text: string) => createTestTools().runTool(tool, text, testContext(), DEADLINE);

test('the built-in tools are listed in a fixed order, each with a schema, and are free', () => {
  const tools = createTestTools().list();
  assert.deepEqual(
    tools.map(({ name, category }) => [name, category]),
    [
      ['web_search', 'research'],
      ['calculator', 'utility'],
      ['file_reader', 'data'],
      ['knowledge_search', 'research'],
      ['http_request', 'utility'],
      ['current_time', 'utility'],
    ],
  );
  for (const { parameters, description, priceNanoUsd } of tools) {
    assert.equal(parameters.type, 'object');
    assert.ok(description.length > 20);
    assert.equal(priceNanoUsd, 0n);
  }
});

test('names of object members are no tools', async () => {
  const tools = createTestTools();
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'Calculator']) {
    assert.equal(tools.get(name), undefined, name);
    assert.throws(() => tools.require(name), { code: 'tool_not_found' });
    const outcome = await tools.runNamed(name, tools.list(), '{}', testContext(), DEADLINE);
    assert.equal(outcome.isError, true);
    assert.match(outcome.output, /The tools are: web_search, calculator,/);
  }
});

test('only offered tools run by name', async () => {
  const tools = createTestTools();
  const offered = [tools.require('current_time')];
  const refused = await tools.runNamed('calculator', offered, '{"expression":"1"}', testContext(), DEADLINE);
  assert.deepEqual(refused, {
    output: "There is no tool named 'calculator'. The tools are: current_time.",
    isError: true,
  });
  const none = await tools.runNamed('calculator', [], '{}', testContext(), DEADLINE);
  assert.match(none.output, /There are no tools/);
  const ran = await tools.runNamed('current_time', offered, '', testContext(), DEADLINE);
  assert.equal(ran.isError, false);
});

test('empty argument text is no arguments, and defaults are filled in', async () => {
  const tool = echo({ type: 'object', properties: { limit: { type: 'integer', default: 5 } } });
  assert.equal((await run(tool, '')).output, '{"limit":5}');
  assert.equal((await run(tool, '  \n')).output, '{"limit":5}');
  assert.equal((await run(tool, '{"limit":7}')).output, '{"limit":7}');
});

test('wrong arguments do not reach the tool; the outcome names the wrong one and what is allowed', async () => {
  const parameters = {
    type: 'object',
    properties: {
      query: { type: 'string', minLength: 1 },
      limit: { type: 'integer', minimum: 1, maximum: 10 },
      mode: { type: 'string', enum: ['fast', 'deep'] },
      filter: { type: 'object', properties: { tags: { type: 'array', items: { type: 'string' } } } },
    },
    required: ['query'],
    additionalProperties: false,
  };
  const unreached = toolOf(() => assert.fail('the tool ran'), parameters);
  const cases: Record<string, RegExp> = {
    '{}': /'query' is missing\..*query \(string, required\), limit \(integer\)/,
    '{"query":5}': /'query' must be string/,
    '{"query":""}': /'query' must NOT have fewer than 1 characters/,
    '{"query":null}': /'query' must be string/,
    '{"query":"a","limit":99}': /'limit' must be <= 10/,
    '{"query":"a","limit":"5"}': /'limit' must be integer/,
    '{"query":"a","mode":"slow"}': /'mode' must be one of \["fast","deep"\]/,
    '{"query":"a","filter":{"tags":["x",1]}}': /'filter\.tags\.1' must be string/,
    '{"query":"a","toString":1}': /'toString' is not an argument/,
    '[]': /one JSON object/,
    '"text"': /one JSON object/,
    null: /one JSON object/,
    '{"query":': /cannot be read/,
    'query: cats': /cannot be read/,
    '{"query":"a","query":"b"}': /repeats a key/,
    '{"__proto__":{"query":"a"}}': /cannot be read/,
    '{"query":"a","constructor":{"prototype":{}}}': /cannot be read/,
  };
  for (const [text, complaint] of Object.entries(cases)) {
    const outcome = await run(unreached, text);
    assert.equal(outcome.isError, true, text);
    assert.match(outcome.output, complaint, text);
  }
  assert.equal(Object.hasOwn(Object.prototype, 'query'), false);
});

test('arguments are bounded in depth and size', async () => {
  const unreached = toolOf(() => assert.fail('the tool ran'));
  const deep = `{"a":${'['.repeat(1_000_000)}`;
  for (const text of [deep, `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, `{"a":"${'x'.repeat(200_000)}"}`]) {
    assert.equal((await run(unreached, text)).isError, true);
  }
});

test('null for an optional argument counts as not given, unless the schema has a use for null', async () => {
  const parameters = {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: ['string', 'null'] } },
    additionalProperties: false,
  };
  assert.equal((await run(echo(parameters), '{"a":null,"b":null}')).output, '{"b":null}');
});

test('schemas of other dialects compile; keywords that could hang the process are left out', async () => {
  const schemas: JsonObject[] = [
    { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'same', type: 'object' },
    { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'same', type: 'object' },
    { type: 'object', $async: true },
    { type: 'object', properties: { a: { type: 'string', format: 'uri', unknownKeyword: 1 } } },
    { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
    { type: 'object', patternProperties: { '^(a+)+$': { type: 'string' } }, additionalProperties: false },
    {
      type: 'object',
      properties: { a: { type: 'string' }, pattern: { type: 'string' }, $id: { type: 'string' } },
    },
  ];
  const hanging = `{"a":"${'a'.repeat(40)}!"}`;
  for (const schema of schemas) {
    const started = process.cpuUsage();
    assert.equal((await run(echo(schema), hanging)).output, hanging, JSON.stringify(schema));
    assert.ok(process.cpuUsage(started).user < 4_000_000, 'less than four seconds of work');
  }
  const properties = { pattern: { type: 'string' }, $id: { type: 'string' } };
  const named = echo({ type: 'object', properties, additionalProperties: false });
  assert.match(
    (await run(named, '{"pattern":5,"$id":5}')).output,
    /'pattern' must be string.*'\$id' must be string/,
  );
  const many = JSON.stringify({ list: Array.from({ length: 12_000 }, (_, index) => [index]) });
  const unique = echo({ type: 'object', properties: { list: { type: 'array', uniqueItems: true } } });
  const started = process.cpuUsage();
  assert.equal((await run(unique, many)).isError, false);
  assert.ok(process.cpuUsage(started).user < 4_000_000, 'less than four seconds of work');
});

test('a schema that cannot be compiled is an outcome, not a crash', async () => {
  for (const schema of [
    { type: 'nonsense' },
    { $ref: 'http://127.0.0.1/x.json' },
    { type: 'object', required: 5 },
  ]) {
    const outcome = await run(echo(schema), '{}');
    assert.match(outcome.output, /parameter schema is broken/);
  }
});

test('a tool that throws is an error outcome; the model sees a MusterError’s words and no others', async () => {
  const logged: unknown[] = [];
  const tools = createTestTools(logged);
  const secret = toolOf(() => Promise.reject(new Error('password=hunter2 at /srv/x.ts')));
  const outcome = await tools.runTool(secret, '', testContext(), DEADLINE);
  assert.equal(outcome.isError, true);
  assert.doesNotMatch(outcome.output, /hunter2|srv/);
  assert.equal(logged.length, 1);
  const sync = toolOf(() => {
    throw new Error('at once');
  });
  assert.equal((await tools.runTool(sync, '', testContext(), DEADLINE)).isError, true);
  const known = toolOf(async () => {
    tools.require('nothing');
    return assert.fail();
  });
  assert.match((await tools.runTool(known, '', testContext(), DEADLINE)).output, /no tool named 'nothing'/);
});

test('a tool that does not heed its signal is left at the deadline, and told of it', async () => {
  let told: AbortSignal | undefined;
  const tool = toolOf((_, { signal }) => {
    told = signal;
    return new Promise(() => {});
  });
  const outcome = await createTestTools().runTool(tool, '', testContext(), { timeoutMs: 20 });
  assert.equal(outcome.isError, true);
  assert.match(outcome.output, /probe did not answer within 0\.02 s/);
  assert.equal(told?.aborted, true);
});

test('an abort of the run throws its reason at once, before and during the call', async () => {
  const tools = createTestTools();
  const reason = new Error('stopped');
  const unreached = toolOf(() => assert.fail('the tool ran'));
  const aborted = testContext({ signal: AbortSignal.abort(reason) });
  await assert.rejects(tools.runTool(unreached, '', aborted, DEADLINE), reason);
  const stop = new AbortController();
  const hanging = toolOf(() => {
    stop.abort(reason);
    return new Promise(() => {});
  });
  await assert.rejects(tools.runTool(hanging, '', testContext({ signal: stop.signal }), DEADLINE), reason);
  const heeding = toolOf(async (_, { signal }) => {
    signal.throwIfAborted();
    return assert.fail();
  });
  await assert.rejects(tools.runTool(heeding, '', testContext({ signal: stop.signal }), DEADLINE), reason);
});

test('the output is bounded, says that it was cut, and holds nothing that a store refuses', async () => {
  const answer = (output: string) =>
    run(
      toolOf(async () => ({ output, isError: false })),
      '',
    );
  const long = await answer('😀'.repeat(100_000));
  assert.ok(long.output.length <= 60_000);
  assert.match(long.output, /\[Cut here: the tool answered with 200000 characters\.\]$/);
  assert.ok(long.output.isWellFormed());
  assert.equal((await answer('a\0b\ud800c')).output, 'a\u{fffd}b\u{fffd}c');
  assert.equal((await answer('x'.repeat(60_000))).output.length, 60_000);
});

test('property: no argument text makes a built-in tool throw', async () => {
  const tools = createTestTools();
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  const offline = tools.list();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...offline), texts, async (tool, text) => {
      const outcome = await tools.runTool(tool, text, testContext(), DEADLINE);
      assert.equal(typeof outcome.output, 'string');
    }),
    { numRuns: 500 },
  );
});
