import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { packTar, type TarEntry, unpackTar } from 'modern-tar';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at, PASSWORD, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from '../http/objects.ts';
import { musterWith } from './run-muster.ts';

const DOCUMENT = '# Returns\n\nGoods can be returned within 42 days of delivery.\n';

describe('muster on the data folder', () => {
  const folder = tempFolder();
  const muster = musterWith({});
  const path = (name: string) => join(folder.path, name);
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let home: string;
  let agent: string;
  let conversation: string;

  before(async () => {
    upstream = await startScriptedUpstream({
      text: 'Noted',
      usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
    });
    test = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'x' });
    home = test.app.home.path;
    const { owner } = test;
    const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
    await owner.call('PUT', '/models/openai%2Fm/price', price);
    await owner.call('POST', '/providers', {
      name: 'mine',
      kind: 'openai-compatible',
      base_url: 'https://models.example.com/v1',
      api_key: 'secret',
    });
    await owner.call('POST', '/tools/custom', {
      name: 'orders',
      description: 'Tells where an order is',
      endpoint: 'https://api.example.com/orders',
      auth_type: 'bearer',
      auth: { token: 'secret' },
    });
    agent = await test.createAgent(owner, { model: 'openai/m' });
    const { key } = await test.createKey(owner, { daily_limit_usd: 5 });
    conversation = await chat(key);
    await chat(key, conversation);
    const added = await owner.call('POST', `/agents/${agent}/documents`, { name: 'r.md', text: DOCUMENT });
    await test.app.knowledge.waitUntilSettled(owner.accountId, added.field('documents.0.id'));
    const { crewId } = await createCrew(owner, {
      agents: [{ role: 'Writer', goal: 'Write', model: 'openai/m' }],
    });
    await endOf(owner, await startJob(owner, crewId));
  });
  after(async () => {
    await test.close();
    await upstream.close();
    folder.remove();
  });

  async function chat(key: string, conversationId?: string): Promise<string> {
    const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: key,
      body: {
        model: agent,
        messages: [{ role: 'user', content: 'Note this' }],
        ...(conversationId !== undefined && { conversation_id: conversationId }),
      },
    });
    assert.equal(reply.status, 200, reply.text);
    return reply.field('conversation_id');
  }

  async function backUp(name: string): Promise<string> {
    const { code, stderr } = await muster(['backup', path(name), '--home', home]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /secret\.key is not in it/);
    return path(name);
  }

  it('backs up a running server so that another goes on from it, without the secret key', async () => {
    const { key } = await test.createKey(test.owner);
    let isDone = false;
    const busy = Array.from({ length: 4 }, async () => {
      while (!isDone) await chat(key);
    });
    const file = await backUp('busy.tar');
    isDone = true;
    await Promise.all(busy);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const names = (await unpackTar(readFileSync(file))).map(({ header }) => header.name);
    assert.deepEqual(names.slice(0, 2), ['manifest.json', 'muster.db']);
    assert.ok(
      names.slice(2).every((name) => /^uploads\/doc_\w+$/.test(name)) && names.length === 3,
      names.join(),
    );
    assert.deepEqual(readdirSync(folder.path), ['busy.tar'], 'nothing is left beside it');

    const target = path('restored');
    const restored = await muster(['restore', file, '--home', target]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(restored.stderr, /copy the secret\.key of that server to \S+restored\/secret\.key/);
    assert.equal(statSync(target).mode & 0o077, 0);
    assert.deepEqual(readdirSync(target).toSorted(), ['muster.db', 'uploads']);
    cpSync(join(home, 'secret.key'), join(target, 'secret.key'));
    const checked = await muster(['doctor', '--home', target]);
    assert.equal(checked.code, 0, checked.stdout);
    const server = await startServerProcess({
      MUSTER_HOME: target,
      OPENAI_BASE_URL: upstream.baseUrl,
      OPENAI_API_KEY: 'x',
    });
    const theirs = musterWith({ MUSTER_URL: server.url, XDG_CONFIG_HOME: path('config') });
    try {
      const login = await theirs(['login', '--email', test.owner.email, '--password-stdin'], PASSWORD);
      assert.equal(login.code, 0, login.stderr);
      const next = await theirs(['chat', agent, 'And this', '--conversation', conversation]);
      assert.equal(next.stdout, 'Noted\n', next.stderr);
      assert.match(JSON.stringify(upstream.calls.at(-1)?.body.messages), /Note this.*Note this.*And this/);
    } finally {
      await server.stop('SIGTERM');
    }
    assert.equal((await muster(['doctor', '--home', target])).code, 0);
  });

  it('restores nothing from what is no whole backup of a Muster that it knows', async () => {
    const file = await backUp('good.tar');
    const entries = await unpackTar(readFileSync(file));
    const write = async (name: string, change: (entries: TarEntry[]) => TarEntry[]) => {
      const copies = entries.map(({ header, data }) => ({ header: { ...header }, body: data?.slice() }));
      writeFileSync(path(name), await packTar(change(copies)));
      return path(name);
    };
    const manifest = (change: (manifest: Record<string, unknown>) => object) => (all: TarEntry[]) => {
      const body = JSON.stringify(change(JSON.parse(new TextDecoder().decode(entries[0]?.data))));
      return [{ header: { name: 'manifest.json', size: Buffer.byteLength(body) }, body }, ...all.slice(1)];
    };
    const stranger = (name: string): TarEntry => ({ header: { name, size: 1 }, body: 'x' });
    const flip = (all: TarEntry[]) => {
      const database = all[1]?.body;
      if (database instanceof Uint8Array) database[5000] = (database[5000] ?? 0) ^ 1;
      return all;
    };
    const wrong: [string, RegExp][] = [
      [await write('flipped.tar', flip), /damaged: 'muster\.db' is not as its manifest says/],
      [await write('short.tar', (all) => all.slice(0, -1)), /damaged: 'uploads\/doc_\w+' is missing/],
      [await write('more.tar', (all) => [...all, stranger('../evil')]), /damaged: it has '\.\.\/evil'/],
      [
        await write(
          'newer.tar',
          manifest((given) => ({ ...given, schema: 10_000 })),
        ),
        /is of schema 10000; this version knows/,
      ],
      [
        await write(
          'format.tar',
          manifest((given) => ({ ...given, version: 2 })),
        ),
        /is of format 2; this Muster reads 1/,
      ],
      [
        await write(
          'path.tar',
          manifest((given) => ({ ...given, files: [{ path: '../x', size: 1, sha256: '' }] })),
        ),
        /names a file that no backup has: \.\.\/x/,
      ],
      [await write('other.tar', () => [stranger('readme')]), /not a backup of Muster/],
    ];
    writeFileSync(path('cut.tar'), readFileSync(file).subarray(0, 60_000));
    wrong.push(
      [path('cut.tar'), /damaged: [^.]+\. Nothing was restored\./],
      [path('none.tar'), /There is no .*none\.tar/],
    );
    for (const [damaged, complaint] of wrong) {
      const { code, stderr } = await muster(['restore', damaged, '--home', path('never')]);
      assert.equal(code, 1, damaged);
      assert.match(stderr, complaint);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.ok(!existsSync(path('never')), damaged);
    }
    mkdirSync(path('full'));
    writeFileSync(path('full/mine.txt'), 'mine');
    assert.match((await muster(['restore', file, '--home', path('full')])).stderr, /is not empty/);
    assert.deepEqual(readdirSync(path('full')), ['mine.txt']);
    assert.match((await muster(['backup', file, '--home', home])).stderr, /is there already/);
    assert.match(
      (await muster(['backup', path('x.tar'), '--home', path('full')])).stderr,
      /no Muster data at/,
    );
  });

  it('finds nothing wrong with a running server, and says what it looked at', async () => {
    const { code, stdout } = await muster(['doctor', '--home', home, '--json']);
    const report: unknown = JSON.parse(stdout);
    assert.equal(code, 0, stdout);
    assert.equal(at(report, 'ok'), true);
    const checks = at(report, 'checks');
    assert.ok(Array.isArray(checks) && checks.length > 15);
    const nothing = checks.filter((check) => at(check, 'count') === 0).map((check) => at(check, 'name'));
    assert.deepEqual(nothing, [
      'What is held of each account is the sum of its open holds',
      'No answer that is under way has ended',
      'No execution has cost more than it may',
      'No crew that is gone remembers anything',
      'No document that waits or failed has passages',
      'The secrets of webhooks open with the secret key',
    ]);
  });

  it('finds whatever is wrong with the data, by name', async () => {
    const file = await backUp('sound.tar');
    const wrong: [check: string, damage: string][] = [
      [
        'Each execution has cost what the bill says of it',
        'UPDATE executions SET cost_nano_usd = cost_nano_usd + 1',
      ],
      ['No task of an execution that has ended is open', "UPDATE execution_tasks SET status = 'running'"],
      ['Each execution has come to what its job has come to', 'UPDATE executions SET outcome = NULL'],
      [
        'No job that has ended or rests holds credit',
        "INSERT INTO holds (id, account_id, run_id, key_id, amount_nano_usd, created_at) SELECT 'x', account_id, job_id || '/t/1', NULL, 1, 0 FROM executions",
      ],
      ['No execution has cost more than it may', 'UPDATE executions SET max_cost_nano_usd = -1'],
      [
        'No crew that is gone remembers anything',
        "INSERT INTO memories SELECT 'x', id, 'gone', '', 'short_term', '', 'x', 'j', 0, 0 FROM accounts LIMIT 1",
      ],
      ['Each job that runs is claimed, and no other is', "UPDATE jobs SET owner = 'x', lease_until = 1"],
      ['Each job has ended, or has no end', 'UPDATE jobs SET finished_at = NULL'],
      ['The steps of each completed job are dense', 'UPDATE job_steps SET position = position + 1'],
      ['A completed job waits for nothing', "UPDATE job_steps SET state = 'waiting'"],
      ['The events of each job are dense from 1', 'DELETE FROM job_events WHERE seq = 3'],
      [
        'Each job tells its end once, last and truly',
        'UPDATE job_events SET data = \'{"status":"stopped"}\' WHERE type = \'job_status\'',
      ],
      [
        'The balance of each account is the sum of its ledger',
        'UPDATE accounts SET balance_nano_usd = balance_nano_usd + 1',
      ],
      ['What is held of each account', 'UPDATE accounts SET held_nano_usd = 1'],
      [
        'Every charge stands on the usage log',
        'DELETE FROM usage WHERE run_id = (SELECT min(run_id) FROM usage)',
      ],
      [
        'The usage row of each run',
        'UPDATE usage SET cost_nano_usd = cost_nano_usd + 1 WHERE run_id = (SELECT min(run_id) FROM usage)',
      ],
      [
        'All usage together',
        'UPDATE usage SET cost_nano_usd = cost_nano_usd + 1 WHERE run_id = (SELECT min(run_id) FROM usage)',
      ],
      [
        'What each key has spent',
        'UPDATE key_spend SET spent_nano_usd = spent_nano_usd + 1 WHERE length(period) = 7',
      ],
      ['The newest turn of each conversation', "UPDATE conversations SET newest_turn_id = 'gone'"],
      ['Each conversation has as many turns', 'UPDATE conversations SET turn_count = turn_count + 1'],
      ['Each turn belongs to a conversation', "UPDATE turns SET conversation_id = 'gone'"],
      ['The parent of each turn', "UPDATE turns SET parent_id = 'gone' WHERE parent_id IS NOT NULL"],
      ['Each agent is as its newest version', "UPDATE agents SET config = '{}'"],
      ['The versions of each agent are complete', 'DELETE FROM agent_versions'],
      [
        'Each document that is ready has all its passages',
        'UPDATE documents SET chunk_count = chunk_count + 1',
      ],
      ['Each document that is ready has its text', 'DELETE FROM document_texts'],
      ['No document that waits or failed has passages', "UPDATE documents SET status = 'failed'"],
      ['Each passage is of its document’s account', "UPDATE chunks SET agent_id = 'other'"],
      [
        'Each passage stands in the search index',
        'DELETE FROM chunks_fts WHERE rowid = (SELECT min(rowid) FROM chunks_fts)',
      ],
      ['Each document has its uploaded file', 'UPDATE documents SET size_bytes = size_bytes + 1'],
      [
        'Every row that another row names is there',
        "PRAGMA foreign_keys = OFF; UPDATE agents SET account_id = 'gone'",
      ],
      ['The stored keys of providers open', 'UPDATE providers SET id = id || 1'],
      [
        'The stored credentials of tools open',
        "UPDATE custom_tools SET auth_sealed = replace(auth_sealed, '.', ',')",
      ],
      ['SQLite finds the file', 'DELETE FROM chunks_fts_data WHERE id > 10'],
      ['The data is of the schema of this version', 'DELETE FROM migrations WHERE id > 1'],
      ['The data is of the schema of this version', "INSERT INTO migrations VALUES (10000, 'later', 0)"],
    ];
    const sound = path('sound');
    assert.equal((await muster(['restore', file, '--home', sound])).code, 0);
    cpSync(join(home, 'secret.key'), join(sound, 'secret.key'));
    assert.deepEqual(
      (await checkHome(sound)).filter(({ problems }) => problems.length > 0),
      [],
    );
    for (const [name, damage] of wrong) {
      const broken = path('broken');
      cpSync(sound, broken, { recursive: true });
      const data = new DatabaseSync(join(broken, 'muster.db'), { defensive: false });
      data.exec(damage);
      data.close();
      const found = (await checkHome(broken)).filter(({ problems }) => problems.length > 0);
      assert.ok(
        found.some((check) => check.name.startsWith(name)),
        `${name}: found ${JSON.stringify(found)}`,
      );
      rmSync(broken, { recursive: true });
    }
    chmodSync(join(sound, 'secret.key'), 0o644);
    rmSync(join(sound, 'uploads'), { recursive: true });
    const { code, stdout, stderr } = await muster(['doctor', '--home', sound]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^FAILED {2}Each document has its uploaded file \(1\)\n {8}doc_\w+ \(r\.md\): its file is missing$/m,
    );
    assert.match(
      stdout,
      /^FAILED {2}The secret key is closed to other users \(1\)\n.*0644\. Run: chmod 600 /m,
    );
    assert.match(stderr, /^muster: 2 checks of \d+ failed on /);
  });

  it('counts what is there, not what was deleted or is a sandbox, in a backup, when it is restored, and by doctor', async () => {
    const { owner } = test;
    const people = [await test.addAccount(), await test.addAccount()];
    for (const person of people) {
      await person.call('POST', '/sandbox/tokens');
      const name = (await owner.call('GET', `/accounts/${person.accountId}`)).field('name');
      const gone = await owner.call('DELETE', `/accounts/${person.accountId}`, { confirm: name });
      assert.equal(gone.status, 204, gone.text);
    }
    await owner.call('DELETE', `/agents/${await test.createAgent(owner)}`);
    const total = async (list: string) =>
      Number(at((await owner.call('GET', `/${list}?limit=1`)).body, 'total'));
    const [accounts, agents] = [await total('accounts'), await total('agents')];
    assert.equal(accounts, 1);
    const figures = `: 1 account, ${agents} agents, `;

    const backup = await muster(['backup', path('figures.tar'), '--home', home]);
    assert.ok(backup.stderr.includes(figures), backup.stderr);
    const restored = await muster(['restore', path('figures.tar'), '--home', path('figures')]);
    assert.ok(restored.stderr.includes(figures), restored.stderr);

    const { db } = test.app;
    const all = await db.all(db.build.selectFrom('accounts').select('deleted_at'));
    const there = all.filter(({ deleted_at }) => deleted_at === null).length;
    assert.ok(there < all.length);
    const doctor = await muster(['doctor', '--home', home]);
    assert.ok(
      doctor.stdout.includes(`The balance of each account is the sum of its ledger (${there})`),
      doctor.stdout,
    );
  });

  it('says so when a file is no database, or damaged to the core', async () => {
    mkdirSync(path('text'));
    writeFileSync(path('text/muster.db'), 'not a database'.repeat(1000));
    const { code, stderr } = await muster(['doctor', '--home', path('text')]);
    assert.equal(code, 1);
    assert.match(stderr, /cannot be read as Muster data/);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  });
});
