import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Fields, warnOfFields } from './unheard-fields.ts';

const names = ['model', 'messages', 'temperature', 'max_tokens'];
const fields: Fields = { heard: new Set(names), unheard: new Map([['top_k', 'it is not passed on']]), names };

describe('fields that are not listened to', () => {
  it('are each told of by name, with the one that was meant', () => {
    const body = { model: 'a', temprature: 1, maxTokens: 5, chat_template_kwargs: {}, top_k: 3, seen: null };
    assert.deepEqual(warnOfFields(body, fields), [
      "'temprature' is not a field of this request and has no effect. Did you mean 'temperature'?",
      "'maxTokens' is not a field of this request and has no effect. Did you mean 'max_tokens'?",
      "'chat_template_kwargs' is not a field of this request and has no effect.",
      'top_k has no effect: it is not passed on.',
    ]);
  });

  it('are told of in few and short lines, however many and long they are', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`f${index}`.padEnd(3000, 'x'), 1]),
    );
    const lines = warnOfFields(many, fields);
    assert.equal(lines.length, 9);
    assert.equal(lines.at(-1), '4992 more fields are not known here and have no effect.');
    assert.ok(lines.every((line) => line.length < 200));
  });

  it('with names of what every object has are unknown like others', () => {
    const [line] = warnOfFields({ constructor: 1 }, fields);
    assert.equal(line, "'constructor' is not a field of this request and has no effect.");
  });

  it('are shown as text that does nothing where it is shown, and taken for another only where they are like it', () => {
    const short: Fields = { ...fields, names: ['n', ...names] };
    const lines = warnOfFields({ 'a\u001b[31m\n\ud800b': 1, x: 1, '': 1 }, short);
    assert.deepEqual(lines, [
      "'a\ufffd[31m\ufffd\ufffdb' is not a field of this request and has no effect.",
      "'x' is not a field of this request and has no effect.",
      "'' is not a field of this request and has no effect.",
    ]);
  });

  it('cost nothing where there are none', () => {
    const body = { model: 'a', messages: [], temperature: null };
    assert.equal(warnOfFields(body, fields), warnOfFields({}, fields));
  });
});
