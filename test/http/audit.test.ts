import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { at, PASSWORD, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

/** A line as it is sent. */
interface Line {
  readonly id: string;
  readonly time: string;
  readonly chain: { readonly seq: number; readonly hash: string } | null;
  readonly action: string;
  readonly actor: Readonly<Record<'kind' | 'name', string>> &
    Readonly<Record<'id' | 'session_id' | 'ip', string | null>>;
  readonly object: { readonly type: string; readonly id: string } | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly request_id: string | null;
}

describe('the audit log', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  /** All lines of the account, the oldest first. */
  async function lines(person: Person): Promise<Line[]> {
    const reply = await person.call('GET', '/audit', undefined, { accept: 'application/x-ndjson' });
    assert.equal(reply.status, 200, reply.text);
    return reply.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .reverse();
  }

  /** The lines that an action adds. */
  async function added(person: Person, act: () => Promise<unknown>): Promise<Line[]> {
    const before = (await lines(person)).length;
    await act();
    return (await lines(person)).slice(before);
  }

  it('is exported with its chain, which an auditor can compute again', async () => {
    const person = await test.addAccount();
    await test.createKey(person, { name: '=1+1 "quoted" ünïcode' });
    // A line is chained a moment after it is written.
    const log = await until(
      'its lines to be chained',
      () => lines(person),
      (all) => all.length > 1 && all.every(({ chain }) => chain !== null),
    );
    let hash = '';
    for (const [index, line] of log.sort((a, b) => (a.chain?.seq ?? 0) - (b.chain?.seq ?? 0)).entries()) {
      const { id, time, action, actor, request_id, object, details, chain } = line;
      const fields = [
        ...[id, person.accountId, Date.parse(time), action, actor.kind, actor.id, actor.name],
        ...[actor.session_id, actor.ip, request_id, object?.type ?? null, object?.id ?? null],
        JSON.stringify(details),
      ];
      hash = createHash('sha256')
        .update(`${hash}\n${JSON.stringify(fields)}`)
        .digest('hex');
      assert.deepEqual(chain, { seq: index + 1, hash });
    }
    const csv = await person.call('GET', '/audit', undefined, { accept: 'text/csv' });
    assert.match(csv.text.split('\r\n')[0] ?? '', /,chain_seq,chain_hash$/);
    assert.ok(csv.text.includes(hash));
  });

  it('has one line for each thing that was done, with who, what and from where', async () => {
    const person = await test.addAccount();
    let keyId = '';
    let userId = '';
    let providerId = '';
    const steps: [action: string, act: () => Promise<unknown>][] = [
      [
        'key.created',
        async () => {
          keyId = (await test.createKey(person)).id;
        },
      ],
      [
        'key.updated',
        () => person.call('PATCH', `/agent-keys/${keyId}`, { disabled: true, daily_limit_usd: 2 }),
      ],
      ['key.revoked', () => person.call('DELETE', `/agent-keys/${keyId}`)],
      [
        'user.created',
        async () => {
          const made = await person.call('POST', '/users', { email: 'grace@example.com', role: 'viewer' });
          userId = made.field('id');
        },
      ],
      ['user.updated', () => person.call('PATCH', `/users/${userId}`, { role: 'editor' })],
      ['user.setup-link-issued', () => person.call('POST', `/users/${userId}/setup-link`)],
      ['user.deleted', () => person.call('DELETE', `/users/${userId}`)],
      [
        'provider.created',
        async () => {
          const provider = { name: 'mine', kind: 'openai', api_key: 'sk-canary-provider' };
          providerId = (await person.call('POST', '/providers', provider)).field('id');
        },
      ],
      [
        'provider.updated',
        () => person.call('PATCH', `/providers/${providerId}`, { api_key: 'sk-canary-2' }),
      ],
      [
        'price.set',
        () =>
          person.call('PUT', '/models/mine%2Fx/price', {
            input_usd_per_million: 1,
            output_usd_per_million: 2,
          }),
      ],
      ['price.removed', () => person.call('DELETE', '/models/mine%2Fx/price')],
      ['provider.deleted', () => person.call('DELETE', `/providers/${providerId}`)],
      ['sandbox.opened', () => person.call('POST', '/sandbox/tokens')],
      ['sandbox.emptied', () => person.call('DELETE', '/sandbox/data')],
      [
        'password.changed',
        () =>
          person.call('PUT', '/auth/password', {
            current_password: PASSWORD,
            new_password: 'another-long-one',
          }),
      ],
    ];
    for (const [action, act] of steps) {
      const [line, ...others] = await added(person, act);
      assert.ok(line, `${action} left no line`);
      assert.deepEqual(others, []);
      assert.equal(line.action, action);
      assert.equal(line.actor.id, person.userId);
      assert.equal(line.actor.name, person.email);
      assert.match(line.actor.ip ?? '', /127\.0\.0\.1$/);
      assert.match(line.request_id ?? '', /^req_/);
      assert.ok(line.object);
    }
    const all = JSON.stringify(await lines(person));
    assert.doesNotMatch(all, /canary|setup_[A-Za-z0-9]{20}|another-long-one|\$argon2/);
    const roleChange = (await lines(person)).find(({ action }) => action === 'user.updated');
    assert.deepEqual(roleChange?.details, { role: 'editor', formerRole: 'viewer' });
  });

  it('has sign-ins that worked, sign-ins that did not, sign-outs and stolen refresh tokens', async () => {
    const person = await test.addAccount();
    const signIn = (password: string) =>
      test.request('POST', '/api/v1/auth/login', { body: { email: person.email, password } });
    const [failed] = await added(person, async () => {
      await signIn('wrong-password-1');
      await until(
        'the line',
        () => lines(person),
        (all) => all.some(({ action }) => action === 'login.failed'),
      );
    });
    assert.equal(failed?.action, 'login.failed');
    assert.doesNotMatch(JSON.stringify(failed), /wrong-password/);
    const actions = async (act: () => Promise<unknown>) =>
      (await added(person, act)).map(({ action }) => action);
    assert.deepEqual(await actions(() => signIn(PASSWORD)), ['login.succeeded']);
    const session = await test.login(person.email);
    assert.deepEqual(await actions(() => session.call('POST', '/auth/logout')), ['session.ended']);
    const tokens = await signIn(PASSWORD);
    const refresh = (token: string) =>
      test.request('POST', '/api/v1/auth/refresh', { body: { refresh_token: token } });
    const first = tokens.field('refresh_token');
    const second = (await refresh(first)).field('refresh_token');
    await refresh(second);
    assert.deepEqual(await actions(() => refresh(first)), ['session.reuse-detected']);
  });

  it('what the operator does to an account stands in the logs of both', async () => {
    const person = await test.addAccount();
    const change = () => test.owner.call('PATCH', `/accounts/${person.accountId}`, { tier: 'pro' });
    const [theirs] = await added(person, change);
    const [own] = await added(test.owner, change);
    for (const line of [theirs, own]) {
      assert.equal(line?.action, 'account.updated');
      assert.equal(line?.actor.name, test.owner.email);
      assert.deepEqual(line?.details, { tier: 'pro' });
    }
    assert.equal((await lines(person))[0]?.action, 'account.created');
  });

  it('has no line of what was refused', async () => {
    const person = await test.addAccount();
    const editor = await test.addPerson(person, 'editor');
    const refused = await added(person, async () => {
      await editor.call('POST', '/agent-keys', { name: 'x' });
      await person.call('POST', '/agent-keys', { name: '' });
      await person.call('DELETE', '/agent-keys/key_none');
      await person.call('PATCH', `/users/${person.userId}`, { role: 'viewer' });
    });
    assert.deepEqual(refused, []);
  });

  it('is shown to admins, page by page, and as a table for spreadsheets', async () => {
    const person = await test.addAccount();
    await person.call('POST', '/users', { email: 'eve@example.com', role: 'viewer', name: '=1+1' });
    const page = await person.call('GET', '/audit?limit=1');
    assert.equal(at(page.body, 'entries.0.action'), 'user.created');
    assert.ok(Number(at(page.body, 'total')) > 1);
    const one = await person.call('GET', '/audit?action=account.created');
    assert.equal(at(one.body, 'total'), 1);
    const csv = await person.call('GET', '/audit', undefined, { accept: 'text/csv' });
    assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
    const [head, first] = csv.text.split('\r\n');
    assert.match(head ?? '', /^time,action,/);
    assert.match(first ?? '', /,user\.created,user,/);
  });
});
