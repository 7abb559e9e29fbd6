import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fillPlaceholders, findPlaceholders, missingInputs } from './placeholders.ts';

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/);

describe('placeholders', () => {
  it('are found once each, in the order of their first use', () => {
    assert.deepEqual(findPlaceholders(['About {topic} by {date}', '{topic} and {b-c_1}']), [
      'topic',
      'date',
      'b-c_1',
    ]);
  });

  it('are nothing but names in braces: JSON and code are text', () => {
    for (const text of ['{"a": 1}', '{}', '{ topic }', '{1a}', '{a b}', '{a.b}', '${', '{topic']) {
      assert.deepEqual(findPlaceholders([text]), [], text);
      assert.equal(fillPlaceholders(text, { topic: 'x', a: 'y' }), text);
    }
  });

  it('take texts as they are and all else as JSON', () => {
    const inputs = { text: 'tea', number: 3, list: [1, 'a'], none: null };
    assert.equal(fillPlaceholders('{text} {number} {list} {none}', inputs), 'tea 3 [1,"a"] null');
  });

  it('do not reach what an object has by birth', () => {
    assert.deepEqual(missingInputs(['constructor', 'toString'], {}), ['constructor', 'toString']);
    assert.equal(fillPlaceholders('{constructor}', {}), '{constructor}');
  });

  it('a value that holds braces is never expanded', () => {
    fc.assert(
      fc.property(name, name, fc.string(), (first, second, secret) => {
        fc.pre(first !== second);
        const filled = fillPlaceholders(`<{${first}}>`, {
          [first]: `{${second}}{${first}}`,
          [second]: secret,
        });
        assert.equal(filled, `<{${second}}{${first}}>`);
      }),
    );
  });

  it('patterns of replacement in a value are text too', () => {
    assert.equal(fillPlaceholders('a {x} b', { x: "$& $1 $$ $'" }), "a $& $1 $$ $' b");
  });

  it('what is found is what has to be given: nothing is left once it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            name.map((text) => `{${text}}`),
          ),
        ),
        (parts) => {
          const text = parts.join('');
          const names = findPlaceholders([text]);
          const inputs = Object.fromEntries(names.map((each) => [each, '']));
          assert.deepEqual(missingInputs(names, inputs), []);
          const marked = Object.fromEntries(names.map((each) => [each, '#']));
          const filled = fillPlaceholders(text, marked);
          assert.equal(
            filled.length,
            text.length -
              names.flatMap((each) => allOf(text, `{${each}}`)).join('').length +
              names.flatMap((each) => allOf(text, `{${each}}`)).length,
          );
        },
      ),
    );
  });
});

function allOf(text: string, part: string): string[] {
  return Array.from({ length: text.split(part).length - 1 }, () => part);
}
