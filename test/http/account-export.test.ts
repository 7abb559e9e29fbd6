import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import {
  CREDENTIAL_TABLES,
  ERASED_TABLES,
  EXPORTED_OTHERWISE,
  EXPORTED_TABLES,
  KEPT_TABLES,
  NOT_EXPORTED,
} from '../../src/db/index.ts';
import { at, PASSWORD, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { createCrew, endOf, startJob, talk } from './objects.ts';
import { assertError } from './replies.ts';

const PATH = '/api/v1/account/export';

describe('the export of an account', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
  });
  after(() => test.close());

  const open = (token: string) => fetch(test.url + PATH, { headers: { authorization: `Bearer ${token}` } });
  /** Its files by their names, without the folder that all are in. */
  const read = async ({ token, accountId }: Person): Promise<Map<string, string>> => {
    const response = await open(token);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/gzip');
    assert.match(
      response.headers.get('content-disposition') ?? '',
      new RegExp(`^attachment; filename="${accountId}-\\d{4}-\\d\\d-\\d\\d\\.tar\\.gz"$`),
    );
    const entries = await unpackTar(gunzipSync(Buffer.from(await response.arrayBuffer())), { strict: true });
    return new Map(
      entries.map(({ header: { name }, data }) => {
        assert.ok(name.startsWith(`${accountId}/`), name);
        return [name.slice(accountId.length + 1), Buffer.from(data ?? []).toString()];
      }),
    );
  };
  const rows = (files: ReadonlyMap<string, string>, name: string): Record<string, unknown>[] => {
    const text = files.get(`${name}.ndjson`);
    assert.ok(text !== undefined, `${name} is missing among ${[...files.keys()].join()}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };

  it('is for its owner, and closed to everybody else', async () => {
    const owner = await test.addAccount();
    for (const role of ['viewer', 'editor', 'admin'] as const) {
      const person = await test.addPerson(owner, role);
      assertError(await person.call('GET', '/account/export'), 403, 'FORBIDDEN');
    }
    assertError(await test.request('GET', PATH, {}), 401, 'UNAUTHORIZED');
  });

  it('has all that the account made, as it made it, and nothing of another account or of the sandbox', async () => {
    const owner = await test.addAccount();
    const stranger = await test.addAccount();
    const twin = await test.openSandbox(owner);
    for (const other of [stranger, twin]) await talk(test, other, 'canary of another');
    const agent = await test.createAgent(owner, { name: 'Kettles', instructions: 'Be brief' });
    const added = await owner.call('POST', `/agents/${agent}/documents`, {
      ...{ name: '../../notes.md', text: '# Kettles\n\nThey are red.' },
    });
    assert.equal(added.status, 201, added.text);
    const document = added.field('id');
    await until(
      'the document to be ready',
      () => owner.call('GET', `/documents/${document}`),
      (reply) => at(reply.body, 'status') === 'ready',
    );
    // More than is read of a file at once.
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2_500_000)]);
    const form = new FormData();
    form.append('file', new File([bytes], 'scan.pdf'));
    const scan = (await owner.call('POST', `/agents/${agent}/documents`, form)).field('id');
    const conversation = await talk(test, owner, 'Which colour?');
    const { crewId } = await createCrew(owner);
    const job = await startJob(owner, crewId, { product: 'kettle' });
    await endOf(owner, job);
    const files = await read(owner);
    const account = JSON.parse(files.get('account.json') ?? '');
    assert.partialDeepStrictEqual(account, { id: owner.accountId, balance_usd: 10, status: 'active' });
    assert.partialDeepStrictEqual(rows(files, 'users'), [{ email: owner.email, role: 'owner' }]);
    const found = rows(files, 'agents').find(({ id }) => id === agent);
    assert.partialDeepStrictEqual(found, { name: 'Kettles', config: { instructions: 'Be brief' } });
    assert.ok(Number.isFinite(Date.parse(String(found?.created_at))));
    assert.equal(files.get(`documents/${document}/original.md`), '# Kettles\n\nThey are red.');
    assert.ok(files.get(`documents/${scan}/original.pdf`) === bytes.toString(), 'the same bytes');
    assert.match(files.get(`documents/${document}/text.txt`) ?? '', /They are red/);
    assert.ok([...files.keys()].every((name) => /^[\w./-]+$/.test(name) && !name.includes('..')));
    assert.deepEqual(
      rows(files, 'conversations').map(({ id }) => id),
      [conversation],
    );
    assert.match(files.get('turns.ndjson') ?? '', /Which colour\?/);
    assert.partialDeepStrictEqual(rows(files, 'executions'), [
      { job_id: job, inputs: { product: 'kettle' } },
    ]);
    assert.ok(rows(files, 'job-events').length > 2);
    assert.partialDeepStrictEqual(rows(files, 'ledger'), [{ kind: 'grant', amount_usd: 10 }]);
    assert.ok(rows(files, 'audit').some(({ action }) => action === 'sandbox.opened'));
    const all = [...files.values()].join('\n');
    assert.doesNotMatch(all, new RegExp(`canary of another|${stranger.accountId}`));
    const ofTwin = await read(twin);
    assert.match(ofTwin.get('turns.ndjson') ?? '', /canary of another/);
  });

  it('has no secret in it', async () => {
    const owner = await test.addAccount();
    const { key } = await test.createKey(owner);
    await owner.call('POST', '/providers', { name: 'mine', kind: 'openai', api_key: 'sk-canary-provider' });
    const tool = { description: 'x', endpoint: 'https://api.example.com/', auth: { token: 'canary-tool' } };
    const made = await owner.call('POST', '/tools/custom', { ...tool, name: 'weather', auth_type: 'bearer' });
    assert.equal(made.status, 201, made.text);
    const server = {
      name: 'm',
      url: 'https://mcp.invalid/',
      auth_type: 'bearer',
      auth: { token: 'canary-mcp' },
    };
    assert.equal((await owner.call('POST', '/tools/mcp', server)).status, 201);
    const hook = { url: 'http://127.0.0.1:9/', events: ['job.completed'] };
    const secret = (await owner.call('POST', '/webhooks', hook)).field('secret');
    const invited = await owner.call('POST', '/users', {
      email: `${crypto.randomUUID()}@example.com`,
      role: 'viewer',
    });
    const setup = new URL(invited.field('setup_url')).searchParams.get('token') ?? '';
    const files = await read(owner);
    for (const name of ['providers', 'custom-tools', 'mcp-servers', 'webhooks', 'agent-keys'])
      assert.equal(rows(files, name).length, 1, name);
    const all = [...files.values()].join('\n');
    for (const hidden of [key, 'canary', secret, setup, PASSWORD, owner.token, owner.refreshToken, '$argon2'])
      assert.ok(!all.includes(hidden), `${hidden} is in it`);
    // Those of the chain of the audit log are no secrets.
    files.delete('audit.ndjson');
    for (const [file, text] of files) assert.doesNotMatch(text, /"[a-z_]*(hash|sealed)"/, file);
  });

  it('every table of an account is in it, or said to be left out', () => {
    const named = [...EXPORTED_TABLES.map(({ table }) => table), ...EXPORTED_OTHERWISE, ...NOT_EXPORTED];
    const known = [...ERASED_TABLES, ...CREDENTIAL_TABLES, ...KEPT_TABLES];
    assert.deepEqual(named.toSorted(), known.toSorted());
  });

  it('ends when who reads it may no longer do so', async () => {
    const owner = await test.addAccount();
    const agent = await test.createAgent(owner);
    // More than the connection takes in before it is read, and of no kind that takes long to look through.
    const form = new FormData();
    for (const name of ['a.pdf', 'b.pdf']) {
      const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(12_000_000)]);
      form.append('file', new File([bytes], name));
    }
    const added = await owner.call('POST', `/agents/${agent}/documents`, form);
    assert.equal(added.status, 201, added.text.slice(0, 500));
    const response = await open(owner.token);
    const reader = response.body?.getReader();
    assert.ok(reader && !(await reader.read()).done);
    assert.equal((await owner.call('POST', '/auth/logout')).status, 204);
    await assert.rejects(async () => {
      while (!(await reader.read()).done);
    });
  });
});
