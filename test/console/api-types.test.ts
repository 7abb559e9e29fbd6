import assert from 'node:assert/strict';
import { it } from 'node:test';
import { apiTypes } from '../../scripts/api-types.ts';

const document = JSON.stringify({
  paths: {
    '/api/v1/things/{id}': {
      put: {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'page', in: 'query', required: true, schema: { type: 'integer', default: 1 } },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', description: 'What it is called.' },
                  size: { anyOf: [{ type: 'number' }, { type: 'null' }] },
                  kind: { enum: ['a', 'b'] },
                  tags: { type: 'array', items: { type: 'string' } },
                },
              },
            },
          },
        },
        responses: { 204: { description: 'Done.' }, 400: { description: 'Wrong.' } },
      },
    },
    '/api/agents/v1/models': { get: { responses: {} } },
  },
});

it('the types of the console say what the API document says', () => {
  const text = apiTypes(document, '/api/v1').replaceAll(/\s+/g, ' ');
  assert.match(text, /"\/things\/\{id\}": \{ put:/);
  assert.match(text, /path: \{ "id": string; \}/);
  assert.match(text, /query\?: \{ "page"\?: number; \}/, 'what has a default may be left out');
  assert.match(text, /\/\*\* What it is called\. \*\/ "name": string;/);
  assert.match(text, /"size"\?: \(number\) \| \(null\);/);
  assert.match(text, /"kind"\?: "a" \| "b";/);
  assert.match(text, /"tags"\?: Array<string>;/);
  assert.match(text, /204: \{ headers: \{\}; content\?: never \}/);
  assert.doesNotMatch(text, /models/, 'the console speaks to the Platform API only');
});
