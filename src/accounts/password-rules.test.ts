import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MusterError } from '../lib/errors.ts';
import { checkNewPassword } from './password-rules.ts';

const reasonAgainst = (password: string): string | undefined => {
  try {
    checkNewPassword(password, 'ada.lovelace@example.com');
    return undefined;
  } catch (error) {
    assert.ok(error instanceof MusterError);
    assert.equal(error.details.field, 'password');
    assert.ok(
      !error.message.includes(password) || password === '',
      'the message does not repeat the password',
    );
    return error.details.reason;
  }
};

describe('password rules', () => {
  it('ask for 10 to 256 characters, counted as people count them', () => {
    assert.match(reasonAgainst('xk3-9dq!w') ?? '', /10 to 256/);
    assert.equal(reasonAgainst('xk3-9dq!wz'), undefined);
    assert.equal(reasonAgainst(`${'xk3-9dq!w'.repeat(28)}abcd`), undefined);
    assert.match(reasonAgainst(`${'xk3-9dq!w'.repeat(28)}abcde`) ?? '', /10 to 256/);
    assert.match(reasonAgainst('🦜🐙🦊🐼🐸') ?? '', /10 to 256/);
    assert.equal(reasonAgainst('🦜🐙🦊🐼🐸🦉🐝🐞🦋🐢'), undefined);
  });

  it('refuse what is tried first', () => {
    const common = [
      'password123',
      'Password123!',
      'p4ssw0rd123',
      'P@ssw0rd2026',
      '!!Welcome1!!',
      'Summer2026!!',
      'qwertyuiop',
      'poiuytrewq',
      '1234567890',
      '0987654321',
      '1q2w3e4r5t',
      'aaaaaaaaaaaa',
      'abababababab',
      'abcdefghij',
      'iloveyou12',
      'adminadmin',
      'correct horse battery staple'.replaceAll(' ', ''),
      'ada.lovelace@example.com',
      'Ada.Lovelace',
    ];
    for (const password of common) assert.ok(reasonAgainst(password), password);
  });

  it('let through what is merely near a common word', () => {
    const good = [
      'engine-of-difference',
      'welcome8473920184',
      'my password is long',
      'owner-password-1',
      'Tr0ub4dor&3x',
    ];
    for (const password of good) assert.equal(reasonAgainst(password), undefined, password);
  });
});
