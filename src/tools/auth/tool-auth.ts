import { invalid } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { SealedPlace, SecretBox } from '../../lib/secrets.ts';

export const AUTH_TYPES = ['none', 'bearer', 'api_key', 'basic'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

/** A credential as it is given; which fields there are depends on the type. */
export interface AuthInput {
  readonly token?: string | undefined;
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A credential as it is sent: one header. */
export interface Credential {
  readonly header: string;
  readonly value: string;
  /** What must not be read back by anybody: whole secrets, as they may come back in a reply. */
  readonly secrets: readonly string[];
}

const FIELDS: Readonly<Record<AuthType, readonly (keyof AuthInput)[]>> = {
  none: [],
  bearer: ['token'],
  api_key: ['name', 'value'],
  basic: ['username', 'password'],
};
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,8000}$/;
/** Headers that are the transport's, or that carry something else of ours. */
const TAKEN =
  /^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|accept-encoding|cookie|idempotency-key|mcp-.*)$/i;

/** The text to be sealed; throws a 400 that names the field when the credential is not one of its type. */
export function encodeAuth(type: AuthType, auth: AuthInput): string {
  const fields = FIELDS[type];
  for (const [name, value] of Object.entries(auth)) {
    if (value !== undefined && !fields.some((field) => field === name)) {
      const needed = fields.length === 0 ? 'takes no credential' : `takes ${fields.join(' and ')}`;
      throw invalid(`auth.${name}`, `does not belong there: auth_type ${type} ${needed}`);
    }
  }
  const kept: Record<string, string> = {};
  for (const field of fields) {
    const value = auth[field];
    // A user name alone is a credential at some services, and so is a password alone.
    const mayBeEmpty = type === 'basic';
    if (value === undefined || (value === '' && !mayBeEmpty)) {
      throw invalid(`auth.${field}`, `is required for auth_type ${type}`);
    }
    kept[field] = value;
  }
  checkHeader(type, kept);
  return JSON.stringify(kept);
}

function checkHeader(type: AuthType, auth: AuthInput): void {
  const { name = '', token, value, username = '' } = auth;
  if (type === 'bearer' && !HEADER_VALUE.test(token ?? '')) {
    throw invalid('auth.token', 'has characters that no token has');
  }
  if (type === 'basic' && username.includes(':')) throw invalid('auth.username', 'must not hold a colon');
  if (type !== 'api_key') return;
  if (!HEADER_NAME.test(name)) throw invalid('auth.name', 'is not the name of a header');
  if (TAKEN.test(name)) throw invalid('auth.name', `must not be '${name}': that header is not free`);
  if (!HEADER_VALUE.test(value ?? ''))
    throw invalid('auth.value', 'has characters that a header cannot hold');
}

/** How a sealed credential is sent; undefined where none is set. Throws SecretError when it cannot be opened. */
export function openAuth(
  secrets: Pick<SecretBox, 'open'>,
  type: AuthType,
  sealed: string | null,
  place: SealedPlace,
): Credential | undefined {
  if (sealed === null || type === 'none') return undefined;
  const auth = decode(secrets.open(sealed, place));
  switch (type) {
    case 'bearer':
      return { header: 'authorization', value: `Bearer ${auth.token}`, secrets: [auth.token ?? ''] };
    case 'api_key':
      return {
        header: (auth.name ?? '').toLowerCase(),
        value: auth.value ?? '',
        secrets: [auth.value ?? ''],
      };
    case 'basic': {
      const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
      return { header: 'authorization', value: `Basic ${pair}`, secrets: [pair, auth.password ?? ''] };
    }
  }
}

function decode(text: string): AuthInput {
  // Written by encodeAuth alone.
  return JSON.parse(text) as JsonObject as AuthInput;
}

const MIN_SECRET_LENGTH = 6;

/** The text without the credential, should whoever got it have sent it back: a model must not learn it. */
export function withoutSecrets(text: string, credential: Credential | undefined): string {
  return (
    (credential?.secrets ?? [])
      // A shorter one is a word like any other, and would make holes in what the model reads.
      .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
      .reduce((shown, secret) => shown.replaceAll(secret, '[credential]'), text)
  );
}
