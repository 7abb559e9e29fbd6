import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { agentInvariants } from '../../src/agents/index.ts';
import { billingInvariants } from '../../src/billing/index.ts';
import { crewInvariants } from '../../src/crews/index.ts';
import {
  CREDENTIAL_TABLES,
  checkInvariants,
  ERASED_TABLES,
  openPostgresDatabase,
  SCHEMA_VERSION,
} from '../../src/db/index.ts';
import { knowledgeInvariants } from '../../src/knowledge/index.ts';
import { runInvariants } from '../../src/runs/index.ts';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import {
  runServerToItsEnd,
  type ServerProcess,
  startServerProcess,
} from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const EMAIL = 'owner@example.com';
const PASSWORD = 'engine-of-difference';
const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
const ANSWER = { usage: USAGE, firstByteMs: 40, text: 'a few words', chunks: 3, gapMs: 2 };
/** At $1 and $2 a million tokens. */
const CALL_NANO_USD = 2_000_000;

/** A process is given up after nine seconds of silence; the rest is for machines that are busy. */
const RECOVERED_WITHIN_MS = 40_000;

const severalProcesses = (engine: 'embedded' | 'dbos') => (): void => {
  const home = tempFolder();
  const started: ServerProcess[] = [];
  let postgres: PostgresServer;
  let upstream: ScriptedUpstream;
  let environment: Readonly<Record<string, string>>;
  let apis: ServerProcess[];
  let workers: ServerProcess[];
  let token = '';

  const start = async (role: 'api' | 'worker'): Promise<ServerProcess> => {
    const server = await startServerProcess({ ...environment, MUSTER_ROLE: role });
    started.push(server);
    return server;
  };
  const request = (api: ServerProcess | undefined, method: string, path: string, body?: unknown) =>
    fetch(`${api?.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const call = async (api: ServerProcess | undefined, method: string, path: string, body?: unknown) => {
    const response = await request(api, method, `/api/v1${path}`, body);
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    const reply: unknown = text === '' ? undefined : JSON.parse(text);
    return reply;
  };
  const login = async (): Promise<string> => {
    const reply = await call(apis[0], 'POST', '/auth/login', { email: EMAIL, password: PASSWORD });
    return String(at(reply, 'access_token'));
  };

  before(async () => {
    postgres = await startPostgresServer();
    upstream = await startScriptedUpstream(ANSWER);
    environment = {
      ...{ MUSTER_HOME: home.path, DATABASE_URL: postgres.url(), MUSTER_DEMO: '0' },
      MUSTER_SECRET_KEY: randomBytes(32).toString('base64'),
      ...{ MUSTER_OWNER_EMAIL: EMAIL, MUSTER_OWNER_PASSWORD: PASSWORD, MUSTER_STARTING_CREDIT: '1000' },
      ...{ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' },
      MUSTER_ENGINE: engine,
    };
    // At once, on an empty database.
    apis = await Promise.all([start('api'), start('api')]);
    workers = await Promise.all([start('worker'), start('worker')]);
    token = await login();
    await call(apis[0], 'PUT', '/models/openai%2Fm/price', {
      ...{ input_usd_per_million: 1, output_usd_per_million: 2 },
    });
  });
  after(async () => {
    await Promise.all(started.map((server) => server.stop('SIGKILL')));
    await upstream.close();
    await postgres.remove();
    home.remove();
  });

  /** Everything that a job has told, read from a server that has no part in it, while it runs. */
  const follow = async (api: ServerProcess | undefined, jobId: string) => {
    const response = await request(api, 'GET', `/api/v1/executions/${jobId}/events`);
    const events = [...(await response.text()).matchAll(/^data: (.+)$/gm)];
    return events.map(([, data = '']) => JSON.parse(data));
  };
  const createCrew = async (): Promise<string> => {
    const agents = [{ role: 'Worker', goal: 'Work', model: 'openai/m' }];
    const tasks = ['A', 'B', 'C'].map((description) => ({ description, agent: 0 }));
    const crew = await call(apis[0], 'POST', '/crews', { name: 'Crew', memory: false, agents, tasks });
    return String(at(crew, 'id'));
  };

  it('a job that one takes in is run by another and told live by a third', async () => {
    const crewId = await createCrew();
    const job = await call(apis[0], 'POST', '/executions', { crew_id: crewId });
    const events = await follow(apis[1], String(at(job, 'job_id')));
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    assert.equal(events.at(-1)?.status, 'completed');
  });

  it('a stop reaches the process that runs the job', async () => {
    upstream.play({ text: 'slow', firstByteMs: 30_000, usage: USAGE });
    const calls = upstream.calls.length;
    const job = await call(apis[0], 'POST', '/executions', { crew_id: await createCrew() });
    const jobId = String(at(job, 'job_id'));
    await until('the call', () => upstream.calls.length > calls);
    const stopped = await call(apis[1], 'POST', `/executions/${jobId}/stop`);
    assert.equal(at(stopped, 'status'), 'stopped');
    const last = upstream.calls.at(-1);
    await until('the call to be cut off', () => last?.closedEarly);
    upstream.play(ANSWER);
  });

  it('workers that are killed and stopped lose no job, repeat no finished step, and bill each call once', async () => {
    const balance = async () => Number(at(await call(apis[0], 'GET', '/billing'), 'balance_usd'));
    const crewId = await createCrew();
    const before = { calls: upstream.calls.length, balance: await balance() };
    const jobs: string[] = [];
    for (let index = 0; index < 12; index++) {
      jobs.push(
        String(at(await call(apis[index % 2], 'POST', '/executions', { crew_id: crewId }), 'job_id')),
      );
    }
    const following = jobs.map((jobId, index) => follow(apis[(index + 1) % 2], jobId));
    await until('eight calls', () => upstream.calls.length >= before.calls + 8);
    // One dies; the other one is stopped in the middle of its work and comes back when that has been given away.
    const underWay = upstream.calls.filter(({ finished }) => !finished).length;
    const [killed, frozen] = workers;
    frozen?.signal('SIGSTOP');
    await killed?.stop('SIGKILL');
    const cutAt = performance.now();
    workers.push(await start('worker'));
    const logs = await Promise.all(following);
    const recoveredMs = performance.now() - cutAt;
    frozen?.signal('SIGCONT');
    for (const events of logs) {
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      assert.equal(events.at(-1)?.status, 'completed');
      const ends = events.filter(({ type, status }) => type === 'job_status' && status === 'completed');
      assert.equal(ends.length, 1);
    }
    assert.ok(recoveredMs < RECOVERED_WITHIN_MS, `all were done ${Math.round(recoveredMs)} ms later`);
    const repeated = upstream.calls.length - before.calls - jobs.length * 3;
    assert.ok(
      repeated <= underWay + jobs.length,
      `${repeated} calls were repeated, ${underWay} were cut off`,
    );
    const spent = Math.round((before.balance - (await balance())) * 1e9);
    assert.equal(spent, jobs.length * 3 * CALL_NANO_USD);
    const db = await openPostgresDatabase(postgres.url());
    const checks = await checkInvariants(db, [
      ...[...billingInvariants, ...runInvariants, ...agentInvariants],
      ...[...crewInvariants, ...knowledgeInvariants],
    ]);
    await db.close();
    assert.deepEqual(
      checks.filter(({ problems }) => problems.length > 0),
      [],
    );
  });

  // What is no matter of jobs is the same with either.
  if (engine === 'embedded') {
    it('a limit of requests is exact over all of them', async () => {
      const account = await call(apis[0], 'POST', '/accounts', {
        ...{ name: 'Limited', owner_email: 'limited@example.com', owner_password: PASSWORD },
        limits: { requests_per_minute: 25 },
      });
      assert.ok(at(account, 'id'));
      const signedIn = await fetch(`${apis[0]?.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'limited@example.com', password: PASSWORD }),
      });
      const theirs = String(at(await signedIn.json(), 'access_token'));
      const replies = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          fetch(`${apis[index % 2]?.url}/api/v1/agents`, { headers: { authorization: `Bearer ${theirs}` } }),
        ),
      );
      assert.equal(replies.filter(({ status }) => status === 200).length, 25);
      assert.equal(replies.filter(({ status }) => status === 429).length, 35);
    });

    it('a key that is revoked at one is dead at the other soon, on open streams too', async () => {
      upstream.play({ usage: USAGE, text: 'so many words '.repeat(50), chunks: 200, gapMs: 100 });
      const agent = await call(apis[0], 'POST', '/agents', { name: 'A', model: 'openai/m' });
      const key = await call(apis[0], 'POST', '/agent-keys', { name: 'K' });
      const headers = { authorization: `Bearer ${at(key, 'key')}`, 'content-type': 'application/json' };
      const chat = () =>
        fetch(`${apis[1]?.url}/api/agents/v1/chat/completions`, {
          method: 'POST',
          headers,
          body: JSON.stringify({
            ...{ model: at(agent, 'id'), stream: true },
            messages: [{ role: 'user', content: 'Hello' }],
          }),
        });
      const open = await chat();
      const reader = open.body?.getReader();
      await reader?.read();
      await call(apis[0], 'DELETE', `/agent-keys/${at(key, 'id')}`);
      while (!(await reader?.read())?.done);
      // Of its twenty seconds it has not seen the half.
      assert.ok((upstream.calls.at(-1)?.eventsSent ?? 200) < 100, 'the open stream has ended');
      const again = await chat();
      assert.equal(again.status, 401);
      await again.body?.cancel();
      upstream.play(ANSWER);
    });

    it('an account that is deleted at one is gone at all, with what ran of it elsewhere', async () => {
      upstream.play({ usage: USAGE, text: 'so many words '.repeat(50), chunks: 200, gapMs: 100 });
      const openCalls = () =>
        upstream.calls.filter(({ finished, closedEarly }) => !finished && !closedEarly).length;
      await until('what was called before to be over', () => openCalls() === 0);
      const account = await call(apis[0], 'POST', '/accounts', {
        ...{ name: 'Doomed', owner_email: 'doomed@example.com', owner_password: PASSWORD },
      });
      const as = async (bearer: string, act: () => Promise<unknown>): Promise<unknown> => {
        const operator = token;
        token = bearer;
        try {
          return await act();
        } finally {
          token = operator;
        }
      };
      const body = { email: 'doomed@example.com', password: PASSWORD };
      const theirs = String(at(await call(apis[0], 'POST', '/auth/login', body), 'access_token'));
      await as(theirs, async () => call(apis[0], 'POST', '/executions', { crew_id: await createCrew() }));
      const key = String(
        at(await as(theirs, () => call(apis[0], 'POST', '/agent-keys', { name: 'K' })), 'key'),
      );
      const agent = await as(theirs, () =>
        call(apis[0], 'POST', '/agents', { name: 'A', model: 'openai/m' }),
      );
      const chat = () =>
        fetch(`${apis[1]?.url}/api/agents/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            ...{ model: at(agent, 'id'), stream: true },
            messages: [{ role: 'user', content: 'Hello' }],
          }),
        });
      const reader = (await chat()).body?.getReader();
      await reader?.read();
      await until('the calls of the job and of the stream', () => openCalls() === 2);
      await as(theirs, () => call(apis[0], 'DELETE', '/account', { confirm: 'Doomed' }));
      while (!(await reader?.read())?.done);
      await until('all calls to be cut off', () =>
        upstream.calls.every(({ finished, closedEarly }) => finished || closedEarly),
      );
      await until(
        'the key to be dead at the other one too',
        async () => (await chat()).status,
        (status) => status === 401,
      );
      const id = String(at(account, 'id'));
      await until(
        'it to be erased',
        () => call(apis[1], 'GET', `/audit?object_id=${id}&action=account.erased`),
        (log) => at(log, 'total') === 1,
      );
      const db = await openPostgresDatabase(postgres.url());
      for (const table of [...ERASED_TABLES, ...CREDENTIAL_TABLES]) {
        const rows = sql<object>`SELECT 1 FROM ${sql.table(table)} WHERE account_id = ${id}`;
        await until(
          `no row of ${table} to be left`,
          () => db.all({ compile: () => rows.compile(db.build) }),
          (left) => left.length === 0,
        );
      }
      const checks = await checkInvariants(db, [...billingInvariants, ...runInvariants, ...crewInvariants]);
      await db.close();
      assert.deepEqual(
        checks.filter(({ problems }) => problems.length > 0),
        [],
      );
      upstream.play(ANSWER);
    });

    it('a newer version migrates beside them: they go on, jobs stay as they were pinned, and none of them can start any more', async () => {
      upstream.play({ ...ANSWER, firstByteMs: 400 });
      const created = await createCrew();
      const detail = await call(apis[0], 'GET', `/crews/${created}`);
      const before = upstream.calls.length;
      const job = await call(apis[0], 'POST', '/executions', { crew_id: created });
      await until('the first call', () => upstream.calls.length > before);
      // What a newer version does at its first start: it only adds.
      const client = new pg.Client(postgres.url());
      await client.connect();
      await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${0x6d757374});
        ALTER TABLE jobs ADD COLUMN of_tomorrow TEXT; ALTER TABLE agents ADD COLUMN of_tomorrow BIGINT NOT NULL DEFAULT 0;
        CREATE TABLE of_tomorrow (id TEXT PRIMARY KEY);
        INSERT INTO migrations (id, name, applied_at) VALUES (${SCHEMA_VERSION + 1}, 'tomorrow', 0); COMMIT`);
      await client.end();
      const agent = String(at(detail, 'agents.0.id'));
      await call(apis[1], 'PUT', `/agents/${agent}`, { goal: 'Do something else' });
      const events = await follow(apis[1], String(at(job, 'job_id')));
      assert.equal(events.at(-1)?.status, 'completed');
      const texts = upstream.calls.slice(before).map(({ body }) => JSON.stringify(body));
      assert.equal(texts.length, 3);
      assert.ok(texts.every((text) => !text.includes('Do something else')));
      upstream.play(ANSWER);
      const next = await call(apis[0], 'POST', '/executions', { crew_id: created });
      assert.equal((await follow(apis[0], String(at(next, 'job_id')))).at(-1)?.status, 'completed');
      assert.match(JSON.stringify(upstream.calls.at(-1)?.body), /Do something else/);
      const { code, output } = await runServerToItsEnd(environment);
      assert.equal(code, 1);
      assert.match(output, /written by a newer version of Muster .*Start that version, or restore a backup/);
    });
  } else {
    it('a worker that is stopped in the middle of a transaction of DBOS does not keep its jobs from going on elsewhere', async () => {
      const client = new pg.Client(postgres.url());
      await client.connect();
      const untilSome = async (query: string): Promise<void> => {
        while ((await client.query(query)).rowCount === 0);
      };
      try {
        await client.query(`SELECT pg_advisory_lock(1); CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END';
          CREATE TRIGGER held BEFORE UPDATE ON dbos.workflow_status FOR EACH ROW EXECUTE FUNCTION held()`);
        const job = await call(apis[0], 'POST', '/executions', { crew_id: await createCrew() });
        const following = follow(apis[1], String(at(job, 'job_id')));
        await untilSome("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted");
        for (const { signal } of workers) signal('SIGSTOP');
        const cutAt = performance.now();
        await client.query('SELECT pg_advisory_unlock(1)');
        // It has its job's row, and says no more.
        await untilSome(`SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'
          AND application_name = 'muster dbos' AND query LIKE 'UPDATE %'`);
        workers.push(await start('worker'));
        assert.equal((await following).at(-1)?.status, 'completed');
        const recoveredMs = performance.now() - cutAt;
        assert.ok(recoveredMs < RECOVERED_WITHIN_MS, `it was done ${Math.round(recoveredMs)} ms later`);
        await client.query('DROP TRIGGER held ON dbos.workflow_status');
      } finally {
        for (const { signal } of workers) signal('SIGCONT');
        await client.end();
      }
    });
  }
};

for (const engine of ['embedded', 'dbos'] as const) {
  describe(`several processes on one PostgreSQL, engine ${engine}`, severalProcesses(engine));
}
