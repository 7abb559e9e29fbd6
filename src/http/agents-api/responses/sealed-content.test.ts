import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import { createSecretBox } from '../../../lib/secrets.ts';
import { createContentSealer } from './sealed-content.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const sealer = createContentSealer(createSecretBox({ current: first }));
const code = 'invalid_encrypted_content';

it('what was sealed opens for its account and kind only, and hides its text', () => {
  const sealed = sealer.seal('acct_1', 'compaction', 'a secret');
  assert.equal(sealer.open('acct_1', 'compaction', sealed, 'f'), 'a secret');
  assert.ok(!Buffer.from(sealed.split('.')[2] ?? '', 'base64url').includes('secret'));
  assert.throws(() => sealer.open('acct_2', 'compaction', sealed, 'f'), { code });
  assert.throws(() => sealer.open('acct_1', 'reasoning', sealed, 'f'), { code });
});

it('the same text is sealed the same, another differently', () => {
  const seal = (text: string) => sealer.seal('acct_1', 'reasoning', text);
  assert.equal(seal('a'), seal('a'));
  assert.notEqual(seal('a'), seal('b'));
});

it('what was altered in any place, or is no sealed text at all, does not open', () => {
  const sealed = sealer.seal('acct_1', 'compaction', 'text');
  for (let at = 0; at < sealed.length; at += 5) {
    const altered = sealed.slice(0, at) + (sealed[at] === 'x' ? 'y' : 'x') + sealed.slice(at + 1);
    assert.throws(() => sealer.open('acct_1', 'compaction', altered, 'f'), { code });
  }
  for (const wrong of ['', 'a.b', 'a.b.c', `${sealed}.x`]) {
    assert.throws(() => sealer.open('acct_1', 'compaction', wrong, 'f'), { code });
  }
});

it('what was sealed under the previous key still opens', () => {
  const sealed = sealer.seal('acct_1', 'compaction', 'text');
  const rotated = createContentSealer(createSecretBox({ current: second, previous: first }));
  assert.equal(rotated.open('acct_1', 'compaction', sealed, 'f'), 'text');
});
