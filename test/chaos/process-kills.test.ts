import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { checkPostgres } from '../../src/cli/data/check-postgres.ts';
import { startPostgresServer } from '../../src/testing/postgres-server.ts';
import { startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { type Kill, madeTwice, randomFrom, type Seen } from './kills.ts';

/** Of load and kills. The whole of it: CHAOS_SECONDS=300 CHAOS_PROCESSES=3; CHAOS_ENGINE=dbos with the other engine. */
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 3);
/** Of each role. */
const PROCESSES = Number(process.env.CHAOS_PROCESSES ?? 2);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);
const CLIENTS = 6;
const MAX_PAUSE_MS = 3_000;
/** Longer than the others believe a silent process, so that it comes back as one that was given up. */
const FROZEN_MS = 12_000;
const EMAIL = 'owner@example.com';
const PASSWORD = 'engine-of-difference';
const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
const CALL_NANO_USD = 2_000_000;
const CREDIT_NANO_USD = 1_000_000_000_000;

it(`${PROCESSES} API processes and ${PROCESSES} workers that are killed at random under load for ${SECONDS} s end every job once, repeat no finished step and bill each call once (seed ${SEED})`, {
  timeout: (SECONDS + 240) * 1_000,
}, async () => {
  const random = randomFrom(SEED);
  const home = tempFolder();
  const postgres = await startPostgresServer();
  const seen: Seen[] = [];
  const kills: Kill[] = [];
  const upstream = await startScriptedUpstream(({ body }) => {
    seen.push({ about: JSON.stringify(body.messages), atMs: performance.now() });
    return { usage: USAGE, firstByteMs: 10 + random() * 40, text: 'a few words', chunks: 3, gapMs: 2 };
  });
  const environment = {
    ...{ MUSTER_HOME: home.path, DATABASE_URL: postgres.url(), MUSTER_DEMO: '0', LOG_LEVEL: 'error' },
    MUSTER_ENGINE: process.env.CHAOS_ENGINE ?? 'embedded',
    MUSTER_SECRET_KEY: randomBytes(32).toString('base64'),
    ...{ MUSTER_OWNER_EMAIL: EMAIL, MUSTER_OWNER_PASSWORD: PASSWORD },
    MUSTER_STARTING_CREDIT: String(CREDIT_NANO_USD / 1e9),
    ...{ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' },
  };
  const start = (role: 'api' | 'worker') => startServerProcess({ ...environment, MUSTER_ROLE: role });
  const apis = [await start('api')];
  const workers: ServerProcess[] = [];
  let token = '';
  let isOver = false;
  let isGone = false;

  const send = (method: string, path: string, body?: unknown, key = '') =>
    fetch(`${apis[Math.floor(Math.random() * apis.length)]?.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== '' && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  /** Asked of any process until one has answered; a POST is the same one by its key. */
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const key = method === 'POST' ? randomUUID() : '';
    for (const deadline = Date.now() + 120_000; ; ) {
      const [status, text] = await send(method, path, body, key)
        .then(async (reply) => [reply.status, await reply.text()] as const)
        .catch((error: Error) => [0, error.message] as const);
      if (status >= 200 && status < 300) return path.endsWith('/events') ? text : JSON.parse(text);
      // Its process died after the work and before the reply: it says so, and what it made can be read.
      if (text.includes('idempotency_reply_not_kept')) return undefined;
      // Cut off, away, or the same one is under way in a process that has died.
      assert.ok(
        !isGone && [0, 503, 409].includes(status) && Date.now() < deadline,
        `${method} ${path}: ${status} ${text}`,
      );
      await delay(50);
    }
  }

  async function killNow(): Promise<void> {
    const [list, role] = random() < 0.5 ? ([apis, 'api'] as const) : ([workers, 'worker'] as const);
    const index = Math.floor(random() * list.length);
    const victim = list[index];
    const fromMs = performance.now();
    if (role === 'worker' && SECONDS > 60 && random() < 0.25) {
      victim?.signal('SIGSTOP');
      await delay(FROZEN_MS);
      victim?.signal('SIGCONT');
    } else {
      await victim?.stop('SIGKILL');
    }
    kills.push({ fromMs, untilMs: performance.now() });
    if (victim && (await hasEnded(victim))) list[index] = await start(role);
  }
  const hasEnded = async (server: ServerProcess) =>
    !(await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    ));

  try {
    token = String(
      at(await call('POST', '/auth/login', { email: EMAIL, password: PASSWORD }), 'access_token'),
    );
    const more = Array.from({ length: PROCESSES * 2 - 1 }, (_, index) =>
      start(index < PROCESSES ? 'worker' : 'api'),
    );
    for (const [index, server] of (await Promise.all(more)).entries())
      (index < PROCESSES ? workers : apis).push(server);
    await call('PUT', '/models/openai%2Fm/price', { input_usd_per_million: 1, output_usd_per_million: 2 });
    const agents = ['Worker', 'Other'].map((role) => ({ role, goal: 'Work', model: 'openai/m' }));
    const task = (name: string, fields: object = {}) => ({
      ...{ description: `${name}, mark {mark}`, agent: 0 },
      ...fields,
    });
    const tasks = [task('A'), task('B', { async: true }), task('C', { async: true, agent: 1 }), task('D')];
    const crew = await call('POST', '/crews', { name: 'Crew', memory: false, agents, tasks });
    let accepted = 0;

    const startJob = async (mark: string): Promise<string> => {
      const started = await call('POST', '/executions', { crew_id: at(crew, 'id'), inputs: { mark } });
      if (started) return String(at(started, 'job_id'));
      const newest = at(await call('GET', '/executions?limit=100'), 'executions');
      assert.ok(Array.isArray(newest));
      const made = newest.filter((job) => at(job, 'inputs.mark') === mark);
      assert.equal(made.length, 1, `the job ${mark} was made once`);
      return String(at(made[0], 'job_id'));
    };
    const client = async (): Promise<void> => {
      while (!isOver) {
        const job = await startJob(`${++accepted}`);
        let state: unknown;
        do {
          await delay(50);
          state = await call('GET', `/executions/${job}`);
        } while (!at(state, 'finished_at'));
        assert.equal(at(state, 'status'), 'completed', JSON.stringify(at(state, 'error')));
        assert.equal(Math.round(Number(at(state, 'usage.cost_usd')) * 1e9), tasks.length * CALL_NANO_USD);
        const log = String(await call('GET', `/executions/${job}/events`));
        const events = [...log.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
        assert.deepEqual(
          events.map(({ seq }) => seq),
          events.map((_, index) => index + 1),
        );
        const ends = events.filter(({ type, status }) => type === 'job_status' && status === 'completed');
        assert.deepEqual(ends, [events.at(-1)]);
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, client));
    const until = Date.now() + SECONDS * 1_000;
    while (Date.now() < until) {
      await Promise.race([delay((0.3 + 0.7 * random()) * MAX_PAUSE_MS), clients]);
      await killNow();
    }
    isOver = true;
    await clients;
    assert.ok(kills.length > 0 && accepted >= CLIENTS);
    const list = await call('GET', '/executions?limit=1');
    assert.equal(at(list, 'total'), accepted, 'each was made once, however often it was asked for');
    const billing = await call('GET', '/billing');
    const spent = CREDIT_NANO_USD - Math.round(Number(at(billing, 'balance_usd')) * 1e9);
    assert.equal(spent, accepted * tasks.length * CALL_NANO_USD);
    assert.equal(at(billing, 'held_usd'), 0);
    assert.deepEqual(madeTwice(seen, kills), []);
    const checks = await checkPostgres(postgres.url(), home.path);
    assert.deepEqual(
      checks.filter(({ problems }) => problems.length > 0),
      [],
    );
  } finally {
    isOver = true;
    isGone = true;
    await Promise.all([...apis, ...workers].map((server) => server.stop('SIGKILL')));
    await upstream.close();
    await postgres.remove();
    home.remove();
  }
});
