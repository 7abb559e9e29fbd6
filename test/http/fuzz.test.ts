import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { type ApiDocument, EXAMPLES, type Operation } from '../../src/http/openapi/index.ts';
import { type Call, nameOf, ordered } from '../../src/http/postman/order.ts';
import { sample } from '../../src/http/postman/sample.ts';
import { madeVariable, PRESET, variableOf } from '../../src/http/postman/variables.ts';
import type { Json } from '../../src/lib/json.ts';
import { at, PASSWORD, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { anyText, arbitraryOf, bodyOf, segmentOf } from './arbitrary.ts';

/** Set FUZZ_SEED to look elsewhere; the same seed draws the same requests. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 30);
/** An operation: there are some two hundred. */
const LONGEST_MS = 400;
/** Of each operation, however slow the machine. */
const LEAST = 5;

interface Drawn {
  readonly segments: readonly string[];
  readonly query: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

describe('whatever is sent to an operation', () => {
  let test: TestApp;
  let calls: Call[];
  /** What there is on the server, by the names that the Postman collection has for it. */
  const known: Record<string, string> = { password: PASSWORD, $timestamp: '1', ...PRESET };

  before(async () => {
    test = await startTestApp({ MUSTER_STARTING_CREDIT: '1000' });
    known.email = test.owner.email;
    const document: ApiDocument = JSON.parse(test.app.documents.openapi());
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]): Call => ({ method: method.toUpperCase(), path, operation }),
      ),
    );
    calls = ordered(
      all,
      document.tags.map(({ name }) => name),
    );
    assert.ok(calls.length > 60);
    for (const call of calls.filter(({ method }) => method === 'POST')) await make(call);
  });
  after(() => test.close());

  /** Signing out would end the session of all the others, so it is tried with no session of ours. */
  const tokenFor = (path: string): string => (path.endsWith('/auth/logout') ? 'a.b.c' : test.owner.token);

  /** Makes what the example of an operation makes, and remembers its ids. */
  async function make({ method, path, operation }: Call): Promise<void> {
    const body = exampleOf({ method, path, operation });
    if (body === undefined) return;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[variableOf(path, name)] ?? 'x');
    const reply = await test.request(method, filled, { token: tokenFor(path), body: withKnown(body) });
    const variable = madeVariable(path);
    const captured = Object.entries(EXAMPLES[nameOf({ method, path, operation })]?.capture ?? {});
    for (const [name, field] of [...(variable === undefined ? [] : [[variable, 'id']]), ...captured]) {
      const value = at(reply.body, field ?? '');
      if (typeof value === 'string' && name !== undefined) known[name] ??= value;
    }
    for (const [name, value] of Object.entries(reply.body ?? {})) {
      if (name.endsWith('_id') && typeof value === 'string') known[name.replace(/_id$/, 'Id')] ??= value;
    }
  }

  function exampleOf(call: Call): Json | undefined {
    const schema = call.operation.requestBody?.content['application/json']?.schema;
    return EXAMPLES[nameOf(call)]?.body ?? (schema && sample(schema));
  }

  const withKnown = (body: Json): Json =>
    JSON.parse(
      JSON.stringify(body).replaceAll(/\{\{(\$?\w+)\}\}/g, (_, name: string) => known[name] ?? name),
    );

  async function send(method: string, path: string, drawn: Drawn): Promise<Reply> {
    let index = 0;
    const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(drawn.segments[index++] ?? 'x'));
    return test.request(method, `${filled}${drawn.query}`, {
      token: tokenFor(path),
      headers: drawn.headers,
      ...(drawn.body !== undefined && { body: drawn.body }),
    });
  }

  it('it is answered as documented, and never with a fault of the server', async (context) => {
    const seen = new Map<string, Set<number>>();
    for (const call of calls) {
      const { method, path } = call;
      const name = nameOf(call);
      const statuses = new Set<number>();
      let asked = 0;
      seen.set(name, statuses);
      await context.test(name, () => {
        const lastAt = performance.now() + LONGEST_MS;
        return fc.assert(
          fc.asyncProperty(drawnFor(call), async (drawn) => {
            // Of the others as many as there is time for.
            if (asked >= LEAST && performance.now() > lastAt) return;
            asked += 1;
            // That status and body are documented is checked by request() itself.
            const reply = await send(method, path, drawn);
            assert.ok(reply.status < 500, `${reply.status} ${reply.text}`);
            statuses.add(reply.status);
          }),
          {
            seed: SEED,
            numRuns: path.includes('/auth/') ? 6 : RUNS,
          },
        );
      });
    }
    const good = [...seen.values()].filter((statuses) =>
      [200, 201, 202, 204].some((code) => statuses.has(code)),
    );
    assert.ok(
      good.length > seen.size / 2,
      `only ${good.length} of ${seen.size} operations were ever carried out`,
    );
  });

  function drawnFor(call: Call): fc.Arbitrary<Drawn> {
    const { path, operation } = call;
    const ids = Object.values(known);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const example = exampleOf(call);
    const schema: Json | undefined = operation.requestBody?.content['application/json']?.schema;
    return fc.record({
      segments: fc.tuple(...names.map((name) => segmentOf(known[variableOf(path, name)] ?? 'x', ids))),
      query: queryOf(operation, ids),
      body:
        operation.requestBody === undefined
          ? fc.constant(undefined)
          : bodyOf(schema, example === undefined ? undefined : withKnown(example), ids),
      headers: HEADERS,
    });
  }
});

const HEADERS = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'idempotency-key': 'one-of-many' },
      { 'idempotency-key': ' ' },
      { 'if-match': '"x"' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=utf-16' },
      { accept: 'text/csv' },
      { 'last-event-id': '-1' },
    ),
  },
);

/** At most two of the parameters: with all of them something is always wrong. */
function queryOf({ parameters = [] }: Operation, ids: readonly string[]): fc.Arbitrary<string> {
  const all = parameters.flatMap((parameter) =>
    'in' in parameter && parameter.in === 'query' ? [parameter] : [],
  );
  const pairs = all.map(({ name, schema }) =>
    fc
      .oneof({ weight: 2, arbitrary: arbitraryOf(schema, ids) }, { weight: 1, arbitrary: anyText })
      .map((value): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  return fc
    .subarray(pairs, { maxLength: Math.min(2, pairs.length) })
    .chain((chosen) => fc.tuple(...chosen))
    .map((chosen) => (chosen.length === 0 ? '' : `?${new URLSearchParams(chosen)}`));
}
