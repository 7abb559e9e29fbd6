import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { type Muster, musterWith, type Outcome } from './run-muster.ts';

const PASSWORD = 'engine-of-difference';
const OWNER = 'owner@example.com';

describe('muster over the API', () => {
  const folder = tempFolder();
  const credentials = join(folder.path, 'config/muster/credentials.json');
  let server: ServerProcess;
  let environment: Record<string, string>;
  let muster: Muster;

  before(async () => {
    server = await startServerProcess({
      MUSTER_HOME: join(folder.path, 'home'),
      MUSTER_DEMO: '0',
      MUSTER_OWNER_EMAIL: OWNER,
      MUSTER_OWNER_PASSWORD: PASSWORD,
    });
    environment = { MUSTER_URL: server.url, XDG_CONFIG_HOME: join(folder.path, 'config') };
    muster = musterWith(environment);
    await signIn();
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  const signIn = () => ok(muster(['login', '--email', OWNER, '--password-stdin'], `${PASSWORD}\n`));
  const stored = () => JSON.parse(readFileSync(credentials, 'utf8'));
  const newAgent = async (...flags: string[]) =>
    (
      await ok(muster(['agent', 'create', '--name', 'Support', '--model', 'sandbox', ...flags]))
    ).stdout.trim();
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await ok(muster([...args, '--json']))).stdout);

  it('keeps the session for its owner only, and shows who is signed in where', async () => {
    assert.equal(statSync(credentials).mode & 0o777, 0o600);
    const { stdout } = await ok(muster(['whoami']));
    assert.equal(stdout, `${OWNER}, owner of Main, operator of the server, at ${server.url}\n`);
  });

  it('renews a session that has grown old, and one whose token is refused', async () => {
    const first = stored();
    writeFileSync(credentials, JSON.stringify({ ...first, expiresAt: Date.now() - 1 }));
    await ok(muster(['whoami']));
    const second = stored();
    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.ok(second.expiresAt > Date.now());
    writeFileSync(credentials, JSON.stringify({ ...second, accessToken: 'no token' }));
    await ok(muster(['whoami']));
    assert.notEqual(stored().refreshToken, second.refreshToken);
    assert.equal(statSync(credentials).mode & 0o777, 0o600);
  });

  it('is known by its name where one sees who is signed in', async () => {
    await signIn();
    const reply = await fetch(`${server.url}/api/v1/auth/sessions`, {
      headers: { authorization: `Bearer ${stored().accessToken}` },
    });
    const body: unknown = await reply.json();
    assert.match(String(at(body, 'sessions.0.user_agent')), /^muster command line on \w+$/);
  });

  it('never sends a session to another server than its own', async () => {
    let requests = 0;
    const other = createServer((_request, response) => {
      requests += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stderr } = await musterWith({ ...environment, MUSTER_URL: url })(['whoami']);
    other.close();
    assert.equal(code, 1);
    assert.ok(stderr.includes(`signed in at ${server.url}, not at ${url}`), stderr);
    assert.equal(requests, 0);
  });

  it('tells in one line that no server answers, that nobody is signed in, and what the server refuses', async () => {
    const unreachable = musterWith({ MUSTER_URL: 'http://127.0.0.1:9', MUSTER_TOKEN: 'x' });
    const stranger = musterWith({ XDG_CONFIG_HOME: join(folder.path, 'nobody') });
    for (const [outcome, line] of [
      [await unreachable(['balance']), /^muster: No Muster answers at http:\/\/127\.0\.0\.1:9 \(.+\)\./],
      [await stranger(['balance']), /^muster: You are not signed in\. Run: muster login/],
      [
        await muster(['key', 'revoke', 'key_0']),
        /^muster: There is no agent key 'key_0'\. \(404 NOT_FOUND, req_/,
      ],
      [await muster(['agent', 'create', '--name', 'X', '--model', 'no/such']), /^muster: .*model.* \(400 /],
    ] as const) {
      assert.equal(outcome.code, 1, outcome.stderr);
      assert.match(outcome.stderr, line);
      assert.equal(outcome.stderr.trim().split('\n').length, 1, outcome.stderr);
      assert.equal(outcome.stdout, '');
    }
  });

  it('an agent whose model cannot be called yet is made, and what is in the way is told', async () => {
    const make = (model: string) => ok(muster(['agent', 'create', '--name', 'Early', '--model', model]));
    const keyless = await make('openai/gpt-4o-mini');
    assert.match(keyless.stdout, /^agent_\w+\n$/);
    assert.match(
      keyless.stderr,
      /^Warning: The model 'openai\/gpt-4o-mini' can not be called\. .* no key\. Set OPENAI_API_KEY on the server, or add one with POST \/api\/v1\/providers\.\n$/,
    );
    const shown = await ok(muster(['agent', 'show', keyless.stdout.trim()]));
    assert.match(shown.stdout, /^problem +The model .* no key\./m);
    const providers = (method: string, path: string, body?: object) =>
      fetch(`${server.url}/api/v1/providers${path}`, {
        method,
        headers: {
          authorization: `Bearer ${stored().accessToken}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    const address = { kind: 'openai-compatible', base_url: 'https://example.com/v1' };
    const added = await providers('POST', '', { name: 'local', ...address, models: ['mine'] });
    assert.equal(added.status, 201);
    const { stderr } = await make('local/mine');
    assert.match(
      stderr,
      /^Warning: No price is known for the model 'local\/mine'\. .* PUT \/api\/v1\/models\/local%2Fmine\/price; 0 is/,
    );
    await providers('DELETE', `/${at(await added.json(), 'id')}`);
    assert.equal((await make('sandbox')).stderr, '');
  });

  it('a refused sign-in tells where a password comes from, and how to get a new link for it', async () => {
    const { code, stderr } = await muster(['login', '--email', OWNER, '--password-stdin'], 'wrong');
    assert.equal(code, 1);
    assert.match(stderr, /^muster: The email or the password is wrong\. \(401 /);
    assert.match(stderr, /link that the server shows when it starts; each start shows a new one/);
  });

  it('says what to type in the words of who typed: npx muster for npx muster', async () => {
    const stranger = { XDG_CONFIG_HOME: join(folder.path, 'nobody'), npm_lifecycle_event: 'npx' };
    assert.match((await musterWith(stranger)(['balance'])).stderr, /Run: npx muster login /);
  });

  it('prints a new key alone, and the key calls the agent that it was made for', async () => {
    const agent = await newAgent();
    const made = await ok(
      muster([
        'key',
        'create',
        '--name',
        'site',
        '--agent',
        agent,
        '--daily-limit',
        '1.5',
        '--expires',
        '2d',
      ]),
    );
    assert.match(made.stdout, /^sk-\S+\n$/);
    const key = made.stdout.trim();
    const [entry] = listOf(await json('key', 'list'));
    assert.deepEqual(
      ['name', 'agent_ids', 'daily_limit_usd', 'monthly_limit_usd'].map((name) => at(entry, name)),
      ['site', [agent], 1.5, null],
    );
    assert.match((await ok(muster(['key', 'list']))).stdout, / \$1\.50 of \$1\.50 +- /);
    const inDays = (Date.parse(String(at(entry, 'expires_at'))) - Date.now()) / 86_400_000;
    assert.ok(inDays > 1.9 && inDays <= 2, String(inDays));
    const byKey = musterWith({ MUSTER_URL: server.url, MUSTER_TOKEN: key });
    assert.equal((await ok(byKey(['chat', agent, '[[say by key]]']))).stdout, 'by key\n');
    assert.equal((await byKey(['chat', await newAgent(), 'Hi'])).code, 1);
    await ok(muster(['key', 'revoke', String(at(entry, 'id'))]));
    assert.equal((await byKey(['chat', agent, 'Hi'])).code, 1);
  });

  it('prints the set-up link of a new person and of a new account’s owner alone; both can sign in by it', async () => {
    const person = await ok(muster(['user', 'add', '--email', 'ed@example.com', '--role', 'editor']));
    const account = await ok(
      muster(['account', 'add', '--name', 'Acme', '--owner-email', 'boss@example.com', '--credit', '5.25']),
    );
    for (const [email, role, { stdout: link }] of [
      ['ed@example.com', 'editor of Main', person],
      ['boss@example.com', 'owner of Acme', account],
    ] as const) {
      const token = new URL(link.trim()).searchParams.get('token') ?? '';
      await fetch(`${server.url}/api/v1/auth/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, password: PASSWORD }),
      });
      const theirs = musterWith({ ...environment, XDG_CONFIG_HOME: join(folder.path, email) });
      const signedIn = await ok(theirs(['login', '--email', email, '--password-stdin'], PASSWORD));
      assert.ok(signedIn.stdout.includes(`as ${email}, ${role}`), signedIn.stdout);
      if (role === 'owner of Acme') assert.equal((await ok(theirs(['balance']))).stdout, '$5.25\n');
      assert.equal((await theirs(['account', 'list'])).code, 1);
    }
    const emails = listOf(await json('user', 'list')).map((user) => at(user, 'email'));
    assert.deepEqual(emails.toSorted(), ['ed@example.com', OWNER]);
  });

  it('suspends an account by its id, and lets it in again as it was', async () => {
    const id = String(
      at(
        await json(
          'account',
          'add',
          '--name',
          'Late Ltd',
          '--owner-email',
          'late@example.com',
          '--owner-password',
          PASSWORD,
        ),
        'id',
      ),
    );
    const theirs = musterWith({ ...environment, XDG_CONFIG_HOME: join(folder.path, 'late') });
    await ok(theirs(['login', '--email', 'late@example.com', '--password-stdin'], PASSWORD));
    const key = (await ok(theirs(['key', 'create', '--name', 'site']))).stdout.trim();
    const models = () =>
      fetch(`${server.url}/api/agents/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    const statusOf = async () =>
      at(
        listOf(await json('account', 'list')).find((account) => at(account, 'id') === id),
        'status',
      );

    const suspended = await ok(muster(['account', 'suspend', id]));
    assert.equal(
      suspended.stderr,
      `Suspended the account Late Ltd. To let it in again: muster account resume ${id}\n`,
    );
    assert.equal(await statusOf(), 'suspended');
    assert.match((await ok(muster(['account', 'list']))).stdout, new RegExp(`${id} .* suspended .*Late Ltd`));
    assert.equal((await models()).status, 403);
    const refused = await theirs(['balance']);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /suspended by the server's operator/);

    assert.equal(at(await json('account', 'resume', id), 'status'), 'active');
    assert.equal(await statusOf(), 'active');
    assert.equal((await models()).status, 200);
    await ok(theirs(['balance']));
    assert.match((await muster(['account', 'suspend', 'acct_nobody'])).stderr, /404 NOT_FOUND/);
    assert.equal((await theirs(['account', 'suspend', id])).code, 1);
    await ok(muster(['account', 'delete', id, '--confirm', 'Late Ltd']));
  });

  it('writes an account to one file, and deletes it when it is named: the own one, and by its id for the operator', async () => {
    const add = (name: string, email: string) =>
      json('account', 'add', '--name', name, '--owner-email', email, '--owner-password', PASSWORD);
    await add('Doomed', 'doomed@example.com');
    const other = String(at(await add('Other', 'other@example.com'), 'id'));
    const theirs = musterWith({ ...environment, XDG_CONFIG_HOME: join(folder.path, 'doomed') });
    await ok(theirs(['login', '--email', 'doomed@example.com', '--password-stdin'], PASSWORD));
    const file = join(folder.path, 'doomed.tar.gz');
    assert.equal((await ok(theirs(['account', 'export', '--out', file]))).stdout, `${file}\n`);
    const names = await unpackTar(gunzipSync(readFileSync(file)));
    assert.ok(names.some(({ header }) => header.name.endsWith('/agents.ndjson')));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match((await theirs(['account', 'export', '--out', file])).stderr, /is there already/);

    const unnamed = await theirs(['account', 'delete']);
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.stderr, /Nothing was deleted\. .*the account Doomed .*--confirm Doomed/);
    const wrong = await theirs(['account', 'delete', '--confirm', 'Other']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /Nothing was deleted: the account is called Doomed/);
    const gone = await ok(theirs(['account', 'delete', '--confirm', 'Doomed']));
    assert.equal(gone.stderr, 'Deleted the account Doomed.\n');
    assert.match((await theirs(['whoami'])).stderr, /not signed in/);
    await ok(muster(['account', 'delete', other, '--confirm', 'Other']));
    const left = listOf(await json('account', 'list')).map((account) => at(account, 'name'));
    assert.ok(!left.includes('Doomed') && !left.includes('Other'), left.join());
    assert.match((await muster(['account', 'delete', '--confirm', 'Main'])).stderr, /409 CONFLICT/);
  });

  it('waits until documents are read, takes the good ones and fails for the bad', async () => {
    const agent = await newAgent();
    const good = join(folder.path, 'returns.md');
    const bad = join(folder.path, 'broken.pdf');
    const refused = join(folder.path, 'picture.png');
    writeFileSync(good, '# Returns\n\nGoods can be returned within 42 days of delivery.\n');
    writeFileSync(bad, '%PDF-1.4 no more of it');
    writeFileSync(refused, '\x89PNG\r\n', 'latin1');
    const { code, stdout, stderr } = await muster(['docs', 'add', agent, good, bad, refused]);
    assert.equal(code, 1);
    assert.match(stdout, /^ready {2}returns\.md \(1 passage\)\nfailed {2}broken\.pdf: .+\n$/);
    assert.match(stderr, /picture\.png: .*\(415 .*\nmuster: 2 documents of 3 could not be added\.\n$/s);
    assert.equal((await muster(['docs', 'add', agent, join(folder.path, 'nowhere')])).code, 1);

    const answer = await ok(muster(['chat', agent, 'Within how many days can goods be returned?']));
    assert.match(answer.stdout, /42 days/);
    assert.match(answer.stderr, /^\[1\] returns\.md: “.*42 days.*” http\S+\/knowledge\/doc_/m);
  });

  it('adds a whole folder, says what it leaves out and why, and has the server fetch addresses', async () => {
    const agent = await newAgent();
    const root = join(folder.path, 'handbook');
    mkdirSync(join(root, 'shop/.git'), { recursive: true });
    mkdirSync(join(root, 'empty'));
    writeFileSync(join(root, 'index.md'), '# Handbook');
    writeFileSync(join(root, 'shop/index.md'), '# The shop');
    writeFileSync(join(root, 'shop/hours.txt'), 'We open at nine.');
    writeFileSync(join(root, 'shop/.git/config.txt'), 'hidden');
    writeFileSync(join(root, 'logo.png'), 'png');
    writeFileSync(join(root, 'nothing.md'), '');
    symlinkSync(root, join(root, 'shop/up'));
    const { code, stdout, stderr } = await muster(['docs', 'add', agent, root]);
    assert.equal(code, 0, stderr);
    const ready = stdout.match(/(?<=^ready {2}).*(?= \()/gm);
    assert.deepEqual(ready, ['index.md', 'shop - hours.txt', 'shop - index.md']);
    for (const [name, why] of [
      ['logo.png', 'of a kind that is not read'],
      ['nothing.md', 'empty'],
      ['shop/.git', 'hidden'],
      ['shop/up', 'a link'],
    ]) {
      assert.match(stderr, new RegExp(`skipped  .*/${name}: ${why}`));
    }
    const none = await muster(['docs', 'add', agent, join(root, 'empty')]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /holds no file that can be read/);

    const fetched = await muster(['docs', 'add', agent, 'https://docs.invalid/handbook.pdf']);
    assert.equal(fetched.code, 1);
    assert.match(fetched.stdout, /^failed {2}handbook\.pdf: The address cannot be reached/);
  });

  it('prints an answer alone, and what it thinks, costs and belongs to beside it', async () => {
    const agent = await newAgent('--instructions', 'Be brief.');
    const first = await ok(muster(['chat', agent, '[[think well]] [[say Remember 17]]']));
    assert.equal(first.stdout, 'Remember 17\n');
    assert.match(first.stderr, /^well\n\n\$0\.00, \d+ tokens in, \d+ out, conv_\w+\n$/);
    const conversation = /conv_\w+/.exec(first.stderr)?.[0] ?? '';
    // The message through a pipe.
    await ok(muster(['chat', agent, '--conversation', conversation], '[[say second]]'));
    const [kept] = await conversations(agent);
    assert.equal(at(kept, 'turn_count'), 2);
    const whole = await json('chat', agent, '[[say all]]');
    assert.equal(at(whole, 'choices.0.message.content'), 'all');
    const cut = await muster(['chat', agent, '[[chunks 5]] [[cut]] [[say one two three four five]]']);
    assert.equal(cut.code, 1);
    assert.match(cut.stderr, /\nmuster: .+|^muster: .+/);
  });

  it('makes of an exported agent one that is the same, and says what it left out', async () => {
    const configuration = join(folder.path, 'agent.json');
    const fields = {
      instructions: 'Answer from the documents.',
      model: 'sandbox',
      parameters: { temperature: 0.2, max_output_tokens: 500 },
      tools: ['calculator'],
      knowledge: { mode: 'always', limit: 3 },
      max_steps: 4,
      max_cost_usd: 0.25,
      metadata: { team: 'shop' },
    };
    writeFileSync(configuration, JSON.stringify({ ...fields, name: 'Returns desk' }));
    const original = (await ok(muster(['agent', 'create', '--file', configuration]))).stdout.trim();
    const page = join(folder.path, 'page.html');
    writeFileSync(page, '<!doctype html><title>T</title><p>Keys cost &lt;b&gt; 3 euros.</p>');
    await ok(muster(['docs', 'add', original, page]));

    const bare = (await ok(muster(['export', original]))).stdout;
    const copied = await ok(muster(['import', '-', '--name', 'Copy'], bare));
    assert.match(copied.stderr, /1 document not carried over, .* page\.html/);
    const shown = async (id: string) => {
      const {
        id: _id,
        name: _name,
        created_at: _c,
        updated_at: _u,
        ...rest
      } = objectOf(await json('agent', 'show', id));
      return rest;
    };
    assert.deepEqual(await shown(copied.stdout.trim()), await shown(original));
    assert.partialDeepStrictEqual(await shown(original), fields);

    const file = join(folder.path, 'whole.json');
    const exported = JSON.parse((await ok(muster(['export', original, '--documents']))).stdout);
    writeFileSync(
      file,
      JSON.stringify({ ...exported, agent: { ...exported.agent, tools: ['calculator', 'gone'] } }),
    );
    const whole = await ok(muster(['import', file]));
    assert.match(whole.stderr, /tools: 'gone' was not carried over/);
    assert.deepEqual(await shown(whole.stdout.trim()), await shown(original));
    const [document] = listOf(await json('docs', 'list', whole.stdout.trim()));
    assert.equal(at(document, 'name'), 'page.html.txt');

    const newer = JSON.stringify({ ...exported, version: 2 });
    assert.match((await muster(['import', '-'], newer)).stderr, /is of format version 2/);
  });

  it('shows usage as totals and as the very CSV of the API', async () => {
    const totals = at(await json('usage'), 'totals');
    assert.ok(Number(at(totals, 'runs')) > 0);
    const { stdout } = await ok(muster(['usage', '--csv']));
    const reply = await fetch(`${server.url}/api/v1/usage`, {
      headers: { accept: 'text/csv', authorization: `Bearer ${stored().accessToken}` },
    });
    assert.equal(stdout, await reply.text());
    assert.equal(stdout.trim().split('\r\n').length, Number(at(totals, 'runs')) + 1);
    assert.equal((await ok(muster(['usage', '--csv', '--to', '2001-01-01']))).stdout.split('\r\n').length, 2);
  });

  it('shows usage by the names of agents, with the id where two have the same, and says which was deleted', async () => {
    const agents = await Promise.all(
      ['Namesake', 'Namesake', 'Single', 'Gone'].map((name) => newAgent('--name', name)),
    );
    for (const agent of agents) await ok(muster(['chat', agent, 'Hello']));
    const [first, second, single, gone] = agents;
    const { accessToken } = stored();
    const deleted = await fetch(`${server.url}/api/v1/agents/${gone}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    assert.equal(deleted.status, 204);
    const { stdout } = await ok(muster(['usage']));
    for (const id of [first, second]) assert.ok(stdout.includes(`Namesake (${id})`), stdout);
    assert.match(stdout, /^Single {2,}1 /m);
    assert.ok(!stdout.includes(`${single}`), stdout);
    assert.ok(!stdout.includes(`${gone}`) && stdout.includes('Gone (deleted)'), stdout);
    assert.match(stdout, /^KEY .*\nsigned-in people /m);
  });

  it('refuses a name that several have, and tells by what a person knows them apart', async () => {
    const post = async (path: string, body: unknown) => {
      const reply = await fetch(`${server.url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stored().accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(reply.status, 201);
      return String(at(await reply.json(), 'id'));
    };
    const worker = { role: 'Worker', goal: 'Work', model: 'sandbox' };
    const crew = { name: 'Twin desk', description: '', process: 'sequential', agents: [worker] };
    const crews = [await post('/crews', crew), await post('/crews', { ...crew, agents: [worker, worker] })];
    const first = await post('/agents', { name: 'Twin', model: 'sandbox', crew_id: crews[0] });
    const second = await post('/agents', { name: 'twin', model: 'openai/gpt-5' });

    const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d`;
    const agents = await muster(['chat', 'Twin', 'Hello']);
    assert.equal(agents.code, 1);
    assert.match(agents.stderr, /Several agents are called 'Twin'; name one by its id:\n/);
    assert.match(
      agents.stderr,
      new RegExp(`^ +${first}  sandbox, changed ${minute}, of the crew Twin desk$`, 'm'),
    );
    assert.match(agents.stderr, new RegExp(`^ +${second}  openai/gpt-5, changed ${minute}$`, 'm'));
    const desks = await muster(['crew', 'show', 'Twin desk']);
    assert.equal(desks.code, 1);
    assert.match(desks.stderr, new RegExp(`^ +${crews[0]}  2 agents, made ${minute}, configuring$`, 'm'));
    assert.match(desks.stderr, new RegExp(`^ +${crews[1]}  2 agents, made ${minute}, configuring$`, 'm'));
  });

  it('lists the models that can be called, and with --all those that could be', async () => {
    const callable = await ok(muster(['model', 'list']));
    assert.deepEqual(callable.stdout.trim().split('\n').length, 2, callable.stdout);
    assert.match(callable.stdout, /^sandbox +\$0\.00 +\$0\.00 +Stand-in without AI$/m);
    assert.match((await ok(muster(['model', 'list', '--all']))).stdout, /^openai\/gpt-4o .* no /m);
  });

  it('signs out on the server too', async () => {
    const { accessToken } = stored();
    await ok(muster(['logout']));
    const reply = await fetch(`${server.url}/api/v1/auth/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    assert.equal(reply.status, 401);
    assert.match((await muster(['whoami'])).stderr, /not signed in/);
    assert.equal((await ok(muster(['logout']))).stdout, 'You were not signed in.\n');
    await signIn();
  });

  async function conversations(agent: string): Promise<unknown[]> {
    const reply = await fetch(`${server.url}/api/v1/conversations?agent_id=${agent}`, {
      headers: { authorization: `Bearer ${stored().accessToken}` },
    });
    return listOf(at(await reply.json(), 'conversations'));
  }
});

async function ok(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running;
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome;
}

function listOf(value: unknown): unknown[] {
  assert.ok(Array.isArray(value));
  return value;
}

function objectOf(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}
