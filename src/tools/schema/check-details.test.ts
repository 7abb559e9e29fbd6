import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../lib/json.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { checkDetails } from './check-details.ts';
import { createPatterns } from './linear-patterns.ts';

const check = (schema: JsonObject, value: unknown) => checkDetails(schema, JSON.stringify(value));

describe('the details of a schema', () => {
  it('are held against an answer, in words that name the field', async () => {
    const item = { type: 'object', properties: { code: { type: 'string', pattern: '^[A-Z]{3}-\\d+$' } } };
    const cases: readonly (readonly [JsonObject, unknown, unknown, RegExp])[] = [
      [item, { code: 'ABC-12' }, { code: 'abc-12' }, /'code' must match pattern "\^\[A-Z\]\{3\}-\\d\+\$"/],
      [{ format: 'date-time' }, '2026-11-22T10:00:00Z', 'tomorrow', /must match format "date-time"/],
      [
        { properties: { mail: { format: 'email' } } },
        { mail: 'a@example.com' },
        { mail: 'a' },
        /'mail' must/,
      ],
      [{ format: 'uuid' }, '00000000-0000-4000-8000-000000000000', '1', /format "uuid"/],
      [
        { type: 'array', uniqueItems: true },
        [{ a: 1 }, { a: 2 }],
        [{ a: 1 }, { a: 1 }],
        /NOT have duplicate/,
      ],
      [
        { patternProperties: { '^n_': { type: 'number' } }, additionalProperties: false },
        { n_a: 1 },
        { n_a: 'x' },
        /'n_a' must be number/,
      ],
      [{ patternProperties: { '^n_': {} }, additionalProperties: false }, { n_a: 1 }, { x: 1 }, /additional/],
      [{ items: [{ pattern: '^a' }] }, ['ab'], ['b'], /'0' must match/],
      [{ not: { pattern: 'x' } }, 'abc', 'axb', /must NOT be valid/],
      [{ oneOf: [{ pattern: '^a' }, { pattern: '^b' }] }, 'ab', 'c', /exactly one/],
      [{ $defs: { c: { pattern: '^c$' } }, $ref: '#/$defs/c' }, 'c', 'd', /pattern/],
    ];
    for (const [schema, right, wrong, complaint] of cases) {
      assert.equal(await check(schema, right), undefined, JSON.stringify(schema));
      assert.match((await check(schema, wrong)) ?? '', complaint);
    }
  });

  it('that cannot be checked are not held against it, and the others are', async () => {
    for (const schema of [
      { pattern: '^(?!x)' },
      { pattern: '(a)\\1' },
      { pattern: 'a++' },
      { format: 'phone-of-mine' },
      { format: 5 },
      { patternProperties: { '(?=x)': false }, additionalProperties: false },
      { not: { pattern: '(?=x)' } },
      { oneOf: [{ pattern: '(?=x)' }, { type: 'string' }] },
      { if: { pattern: '(?=x)' }, else: false },
      { type: 'nonsense', pattern: '^b' },
    ]) {
      assert.equal(await check(schema, 'a'), undefined, JSON.stringify(schema));
    }
    const schema = { properties: { a: { pattern: '^(?!x)' }, b: { pattern: '^b' } } };
    assert.match((await check(schema, { a: 'a', b: 'a' })) ?? '', /^'b' must match pattern "\^b"\.$/);
  });

  it('take time in proportion to the answer, whatever the pattern is, and a bounded time in all', async () => {
    const text = `${'a'.repeat(20_000)}!`;
    for (const pattern of ['^(a+)+$', '(.*)*x', '^(a|aa)+$', `${'(a*)*'.repeat(10)}b$`, '(a?){50}a{50}$']) {
      const patterns = createPatterns();
      assert.ok(patterns.isReadable(pattern));
      const compiled = patterns.engine(pattern);
      let isFitting = true;
      const ms = await cpuMsOf(() => {
        isFitting = compiled.test(text);
      });
      assert.equal(isFitting, false, pattern);
      assert.ok(ms < 2_000, `${pattern} took ${ms} ms`);
    }
  });

  it('mean what they mean in JavaScript', async () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '\\d',
      '.',
      '(?:a|b)',
      '(a)',
      '\\w',
      '[^a]',
      '\\.',
      'é',
      '\\u00e9',
    );
    const many = fc.constantFrom('', '*', '+', '?', '{1,2}', '*?');
    const pattern = fc
      .tuple(
        fc.constantFrom('', '^'),
        fc.array(
          fc.tuple(part, many).map((pair) => pair.join('')),
          { maxLength: 5 },
        ),
        fc.constantFrom('', '$'),
      )
      .map(([begin, parts, end]) => begin + parts.join('') + end);
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', 'é', ' '), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pattern, text, async (pattern, value) => {
        const isFitting = (await check({ pattern }, value)) === undefined;
        assert.equal(isFitting, new RegExp(pattern, 'u').test(value));
      }),
      { numRuns: 200 },
    );
  });
});
