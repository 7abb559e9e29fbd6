import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { createSecretBox, type SealedPlace, SecretError } from './secrets.ts';

const place: SealedPlace = {
  accountId: 'acct_1',
  table: 'providers',
  row: 'prov_1',
  column: 'api_key_sealed',
};

describe('secrets', () => {
  it('opens what it sealed, and a second sealing of the same text looks different', () => {
    const box = createSecretBox({ current: randomBytes(32) });
    const sealed = box.seal('sk-läuft 🔑', place);
    assert.equal(box.open(sealed, place), 'sk-läuft 🔑');
    assert.notEqual(box.seal('sk-läuft 🔑', place), sealed);
    assert.equal(box.open(box.seal('', place), place), '');
    assert.doesNotMatch(sealed, /läuft/);
  });

  it('opens at no other account, table, row or column', () => {
    const box = createSecretBox({ current: randomBytes(32) });
    const sealed = box.seal('secret', place);
    for (const field of ['accountId', 'table', 'row', 'column'] as const) {
      assert.throws(() => box.open(sealed, { ...place, [field]: 'other' }), SecretError, field);
    }
    const shifted = box.seal('secret', { ...place, accountId: 'a|b', table: 'c' });
    assert.throws(() => box.open(shifted, { ...place, accountId: 'a', table: 'b|c' }), SecretError);
  });

  it('refuses a sealed text with any part changed, cut or added', () => {
    const box = createSecretBox({ current: randomBytes(32) });
    const sealed = box.seal('a rather long secret', place);
    for (let i = 0; i < sealed.length; i++) {
      // The last character of a base64url part may hold unused bits; those do not change the bytes.
      if (sealed[i] === '.' || sealed[i + 1] === '.' || i === sealed.length - 1) continue;
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
      assert.throws(() => box.open(changed, place), SecretError, `position ${i}`);
    }
    const parts = sealed.split('.');
    const shortTag = [...parts.slice(0, 4), parts[4]?.slice(0, 8)].join('.');
    for (const garbage of ['', 'v1', 'v2.x', `${sealed}.x`, parts.slice(0, 4).join('.'), shortTag]) {
      assert.throws(() => box.open(garbage, place), SecretError, garbage);
    }
  });

  it('opens with the previous key after a rotation, says what is stale, and seals with the current one', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const sealed = createSecretBox({ current: old }).seal('secret', place);
    const rotated = createSecretBox({ current: fresh, previous: old });
    assert.equal(rotated.open(sealed, place), 'secret');
    assert.equal(rotated.isStale(sealed), true);
    const resealed = rotated.seal('secret', place);
    assert.equal(rotated.isStale(resealed), false);
    assert.equal(createSecretBox({ current: fresh }).open(resealed, place), 'secret');
    assert.throws(
      () => createSecretBox({ current: fresh }).open(sealed, place),
      /MUSTER_SECRET_KEY_PREVIOUS/,
    );
  });

  it('derives the same key for the same purpose and unrelated keys for different ones', () => {
    const current = randomBytes(32);
    const box = createSecretBox({ current, previous: randomBytes(32) });
    const [signing, previous] = box.derive('tokens');
    assert.equal(signing.key.length, 32);
    assert.equal(signing.keyId, box.keyId);
    assert.notEqual(previous?.keyId, box.keyId);
    assert.deepEqual(signing, createSecretBox({ current }).derive('tokens')[0]);
    const keys = [current, signing.key, box.derive('seal')[0].key, box.derive('refresh')[0].key];
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, keys.length);
  });

  it('takes keys of 32 bytes only', () => {
    assert.throws(() => createSecretBox({ current: randomBytes(31) }), SecretError);
  });
});
