import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertInvalid } from './replies.ts';

const UNKNOWN = 'is not a field of this request';
const AGENT = { role: 'Writer', goal: 'Write', model: 'sandbox' };

describe('a field that the Platform API does not know', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const CASES: readonly (readonly [string, string, unknown, field: string, reason: string])[] = [
    ['POST', '/agents', { ...AGENT, goals: 'x' }, 'goals', `${UNKNOWN}; did you mean 'goal'?`],
    [
      'POST',
      '/agents',
      { ...AGENT, instruction: 'x' },
      'instruction',
      `${UNKNOWN}; did you mean 'instructions'?`,
    ],
    ['POST', '/agents', { ...AGENT, maxSteps: 3 }, 'maxSteps', `${UNKNOWN}; did you mean 'max_steps'?`],
    ['POST', '/agents', { ...AGENT, favourite_colour: 'x' }, 'favourite_colour', UNKNOWN],
    [
      'POST',
      '/agents',
      { ...AGENT, parameters: { temprature: 1 } },
      'parameters.temprature',
      `${UNKNOWN}; did you mean 'parameters.temperature'?`,
    ],
    [
      'POST',
      '/crews',
      { name: 'Crew', agents: [AGENT, { role: 'Writer', gaol: 'Write', model: 'sandbox' }] },
      'agents.1.gaol',
      `${UNKNOWN}; did you mean 'agents.1.goal'?`,
    ],
    [
      'POST',
      '/crews',
      { name: 'Crew', agents: [{ ...AGENT, knowledge: { modes: 'tool' } }] },
      'agents.0.knowledge.modes',
      `${UNKNOWN}; did you mean 'agents.0.knowledge.mode'?`,
    ],
    [
      'POST',
      '/crews',
      { name: 'Crew', agents: [AGENT], tasks: [{ description: 'x', expectedOutput: 'y' }] },
      'tasks.0.expectedOutput',
      `${UNKNOWN}; did you mean 'tasks.0.expected_output'?`,
    ],
    [
      'POST',
      '/webhooks',
      { url: 'https://example.com', event: ['job.failed'] },
      'events',
      `is required; 'event' ${UNKNOWN}`,
    ],
    ['POST', '/webhooks', { url: 'https://example.com', told: [] }, 'events', 'is required'],
    ['GET', '/agents?limits=5', undefined, 'limits', `${UNKNOWN}; did you mean 'limit'?`],
  ];
  for (const [method, path, body, field, reason] of CASES) {
    it(`is refused by its path, with the field that was meant: ${method} ${path} ${field}`, async () => {
      const reply = await test.owner.call(method, path, body);
      assertInvalid(reply, field);
      assert.equal(reply.field('error.details.reason'), reason);
    });
  }

  it('is told without delay where somebody sends very many', async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`event_${index}`, 1]));
    assertInvalid(
      await test.owner.call('POST', '/webhooks', { ...body, url: 'https://example.com' }),
      'events',
    );
  });

  it('is silent at no depth of any body', async () => {
    const document = (await test.request('GET', '/api/v1/openapi.json')).body;
    const open: string[] = [];
    const look = (schema: unknown, place: string): void => {
      const { properties, additionalProperties, items, anyOf = [], $ref } = Object(schema);
      if ($ref) look(resolve(document, $ref), place);
      if (properties && additionalProperties !== false) open.push(place);
      for (const [name, each] of Object.entries(properties ?? {})) look(each, `${place}.${name}`);
      if (items) look(items, `${place}[]`);
      for (const each of anyOf) look(each, place);
    };
    let bodies = 0;
    for (const [path, operations] of Object.entries(Object(Object(document).paths))) {
      if (!path.startsWith('/api/v1/')) continue;
      for (const [method, { requestBody }] of Object.entries<{ requestBody?: { content: object } }>(
        Object(operations),
      )) {
        for (const { schema } of Object.values(requestBody?.content ?? {})) {
          bodies += 1;
          look(schema, `${method} ${path}`);
        }
      }
    }
    assert.ok(bodies > 40, `${bodies} bodies`);
    assert.deepEqual(open, []);
  });
});

function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce((value: unknown, key) => Object(value)[key], document);
}
