import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkEmail } from './field-rules.ts';

it('an email is taken in the forms that people have, and in no other', () => {
  for (const email of [
    'ada@example.com',
    'owner@localhost',
    "o'hara+news@mail.example.co.uk",
    'käthe@straße.example',
    'первый@пример.рф',
    'a.b-c_d@1-2.example',
  ])
    assert.equal(checkEmail('email', email), email);
  assert.equal(checkEmail('email', ' Ada@Example.COM '), 'ada@example.com');
  for (const email of [
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@@example.com',
    'a da@example.com',
    'ada@exam ple.com',
    'ada@example..com',
    '.ada@example.com',
    'ada.@example.com',
    'a..da@example.com',
    'ada@-example.com',
    'ada@example-.com',
    'ada@example.com.',
    'ada,grace@example.com',
    '<ada@example.com>',
    'ada@example.com\r\nBcc: eve@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'a.'.repeat(130)}com`,
    'ada\0@example.com',
    'ada@[127.0.0.1]',
  ])
    assert.throws(() => checkEmail('email', email), { code: 'validation_error' }, email);
});
