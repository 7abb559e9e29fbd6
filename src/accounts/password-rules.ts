import { invalid } from '../lib/errors.ts';
import { COMMON_PASSWORDS, COMMON_STEMS, KEYBOARD_RUNS } from './common-passwords.ts';

const MIN_PASSWORD_CHARS = 10;
export const MAX_PASSWORD_CHARS = 256;

/** How many digits and signs around a common word still leave it a common password (`Welcome-2026!`). */
const DECORATION_CHARS = 6;
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Throws a 400 that names `field` unless the password may be used: 10 to 256 characters and none of the usual ones. */
export function checkNewPassword(password: string, email: string, field = 'password'): void {
  const length = [...password.normalize('NFKC')].length;
  if (length < MIN_PASSWORD_CHARS || length > MAX_PASSWORD_CHARS) {
    throw invalid(field, `must have ${MIN_PASSWORD_CHARS} to ${MAX_PASSWORD_CHARS} characters`);
  }
  const reason = guessable(password, email);
  if (reason) throw invalid(field, reason);
}

/** Why a password is among the first that are tried, or undefined. */
function guessable(password: string, email: string): string | undefined {
  const lower = password.normalize('NFKC').toLowerCase();
  if (lower === email.toLowerCase() || lower === email.toLowerCase().split('@')[0]) {
    return 'must not be the email';
  }
  if (new Set(lower).size < 4) return 'repeats too few characters';
  if (isRun(lower)) return 'is a run of the keyboard or the alphabet';
  if (COMMON_PASSWORDS.has(lower)) return 'is one of the most common passwords';
  for (const text of [lower, unleet(lower)]) {
    const stem = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
    if (COMMON_STEMS.has(stem) && text.length - stem.length <= DECORATION_CHARS) {
      return 'is one of the most common passwords with a few signs around it';
    }
  }
  return undefined;
}

function isRun(text: string): boolean {
  return KEYBOARD_RUNS.some((run) => run.includes(text) || [...run].reverse().join('').includes(text));
}

/** `p4ssw0rd123` reads `password123`: signs inside the word only, those at its ends are decoration. */
function unleet(text: string): string {
  const inner = /^([^a-z]*)(.*[a-z])([^a-z]*)$/.exec(text);
  if (!inner) return text;
  const [, before = '', word = '', after = ''] = inner;
  return before + word.replace(/[013457@$!]/g, (sign) => LEET[sign] ?? sign) + after;
}
