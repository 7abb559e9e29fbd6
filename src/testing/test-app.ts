import assert from 'node:assert/strict';
import type { Role } from '../accounts/index.ts';
import { type AppOptions, createApp, type MusterApp } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { createLogger } from '../lib/logger.ts';
import { byNumber } from './by-number.ts';
import { createReplyChecker } from './reply-checker.ts';
import { tempFolder } from './temp-folder.ts';
import { makeTestDatabase } from './test-database.ts';

export const PASSWORD = 'engine-of-difference';

const STARTING_CREDIT_NANO_USD = 10_000_000_000n;

/** A reply as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the body; undefined when there is none. */
  readonly body: unknown;
  /** A text of the body by its dotted path (`documents.0.id`); throws when there is none. */
  field(path: string): string;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody who is signed in. */
export interface Person {
  readonly accountId: string;
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
  /** A call under /api/v1. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
}

export interface TestApp {
  readonly app: MusterApp;
  /** `http://127.0.0.1:…` */
  readonly url: string;
  /** Of the first account; also the operator. */
  readonly owner: Person;
  /** Fails when the reply is not what the API document says. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  login(email: string, password?: string): Promise<Person>;
  /** Another person of the same account. */
  addPerson(of: Person, role: Role): Promise<Person>;
  /** The owner of an account of their own. */
  addAccount(): Promise<Person>;
  /** The person in the sandbox of their account, and a key for the agents there. */
  openSandbox(person: Person): Promise<Person & { readonly agentKey: string }>;
  /** The id of a new agent on the built-in model. */
  createAgent(person: Person, fields?: Readonly<Record<string, unknown>>): Promise<string>;
  createKey(person: Person, fields?: Readonly<Record<string, unknown>>): Promise<{ id: string; key: string }>;
  close(): Promise<void>;
}

/** The whole server in this process, on a data folder of its own that goes with it, with its first owner signed in. */
export async function startTestApp(
  environment: Readonly<Record<string, string>> = {},
  options: Partial<AppOptions> = {},
): Promise<TestApp> {
  const home = tempFolder();
  const database = await makeTestDatabase();
  const config = loadConfig({
    MUSTER_HOME: home.path,
    MUSTER_DEMO: '0',
    // Tests share the process with what they test, and may hold it up.
    MUSTER_MAX_LOOP_DELAY_MS: '0',
    PORT: '0',
    ...(database.url !== undefined && { DATABASE_URL: database.url }),
    ...environment,
  });
  const app = await createApp(config, { logger: await createLogger('silent'), ...options });
  await app.accounts.createFirstOwner({
    email: 'owner@example.com',
    password: PASSWORD,
    creditNanoUsd: STARTING_CREDIT_NANO_USD,
  });
  const url = byNumber((await app.listen()).address);
  let made = 0;
  let checkReply: ReturnType<typeof createReplyChecker> | undefined;

  const request: TestApp['request'] = async (method, path, { body, token, headers = {} } = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: isForm ? body : typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const reply = toReply(response.status, response.headers, await response.text());
    checkReply ??= createReplyChecker(app.documents.openapi());
    checkReply(method, path, reply);
    return reply;
  };

  const login: TestApp['login'] = async (email, password = PASSWORD) => {
    const tokens = await request('POST', '/api/v1/auth/login', { body: { email, password } });
    assert.equal(tokens.status, 200, tokens.text);
    const token = tokens.field('access_token');
    const me = await request('GET', '/api/v1/auth/me', { token });
    return {
      accountId: me.field('account.id'),
      userId: me.field('id'),
      email,
      token,
      refreshToken: tokens.field('refresh_token'),
      call: callerWith(token),
    };
  };

  const callerWith =
    (token: string): Person['call'] =>
    (method, path, body, headers = {}) =>
      request(method, `/api/v1${path}`, { body, token, headers });

  const owner = await login('owner@example.com');

  /** Made through the API; a test whose own subject is the making checks more than this. */
  const make = async (person: Person, path: string, body: unknown): Promise<Reply> => {
    const reply = await person.call('POST', path, body);
    assert.equal(reply.status, 201, reply.text);
    return reply;
  };

  return {
    app,
    url,
    owner,
    request,
    login,
    async addPerson(of, role) {
      const email = `${role}-${++made}@example.com`;
      await make(of, '/users', { email, role, password: PASSWORD });
      return login(email);
    },
    async addAccount() {
      const email = `other-${++made}@example.com`;
      await make(owner, '/accounts', { name: `Other ${made}`, owner_email: email, owner_password: PASSWORD });
      return login(email);
    },
    async openSandbox(person) {
      const access = await make(person, '/sandbox/tokens', undefined);
      const call = callerWith(access.field('access_token'));
      return {
        ...person,
        accountId: (await call('GET', '/auth/me')).field('account.id'),
        token: access.field('access_token'),
        agentKey: access.field('agent_key'),
        call,
      };
    },
    async createAgent(person, fields = {}) {
      const agent = { name: `Agent ${++made}`, model: 'sandbox', ...fields };
      return (await make(person, '/agents', agent)).field('id');
    },
    async createKey(person, fields = {}) {
      const reply = await make(person, '/agent-keys', { name: `Key ${++made}`, ...fields });
      return { id: reply.field('id'), key: reply.field('key') };
    },
    async close() {
      await app.close();
      home.remove();
      await database.remove();
    },
  };
}

function toReply(status: number, headers: Headers, text: string): Reply {
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? false;
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  return {
    status,
    headers,
    text,
    body,
    field(path) {
      const value = at(body, path);
      assert.equal(typeof value, 'string', `no text at '${path}' of ${text.slice(0, 500)}`);
      return String(value);
    },
  };
}

/** The value at a dotted path; undefined when there is none. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      value,
    );
}
