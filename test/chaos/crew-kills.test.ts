import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { apiCaller } from '../../src/testing/api-caller.ts';
import { startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { type Kill, madeTwice, randomFrom, type Seen } from './kills.ts';

/** A job that dies five times at one call is given up, as it should be: fewer kills than that cannot bring it about. */
const KILLS = Number(process.env.CHAOS_KILLS ?? 4);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);
const EMAIL = 'owner@example.com';
const PASSWORD = 'engine-of-difference';
const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
const CALL_NANO_USD = 2_000_000;
const CREDIT_NANO_USD = 1_000_000_000_000;
/** Each start and each of some thirty jobs takes its time on a machine that is slow. */
const timeout = 60_000 * (KILLS + 1);

it(`killed ${KILLS} times at random under load, every job ends as it should and every call is billed once (seed ${SEED})`, {
  timeout,
}, async () => {
  const random = randomFrom(SEED);
  const home = tempFolder();
  const seen: Seen[] = [];
  const kills: Kill[] = [];
  const upstream = await startScriptedUpstream(({ body }) => {
    const text = JSON.stringify(body);
    seen.push({ about: JSON.stringify(body.messages), atMs: performance.now() });
    const answer = { usage: USAGE, firstByteMs: random() * 30 };
    if (text.includes('Endless')) return { ...answer, firstByteMs: 600_000 };
    if (!text.includes('You manage') || text.includes('"role":"tool"')) {
      return { ...answer, text: 'a few words', chunks: 3, gapMs: 2 };
    }
    const mark = /mark (\d+)/.exec(text)?.[0];
    const args = (fields: object) => JSON.stringify({ ...fields, context: mark });
    const about = text.includes('Second') ? 'second' : 'first';
    return {
      ...answer,
      toolCalls: [
        { name: 'delegate_work', arguments: args({ task: `Draft ${about}`, coworker: 'Worker' }) },
        { name: 'ask_coworker', arguments: args({ question: `True ${about}?`, coworker: 'Other' }) },
      ],
    };
  });
  const start = (): Promise<ServerProcess> =>
    startServerProcess({
      MUSTER_HOME: home.path,
      MUSTER_DEMO: '0',
      MUSTER_OWNER_EMAIL: EMAIL,
      MUSTER_OWNER_PASSWORD: PASSWORD,
      MUSTER_STARTING_CREDIT: String(CREDIT_NANO_USD / 1e9),
      OPENAI_BASE_URL: upstream.baseUrl,
      OPENAI_API_KEY: 'sk-upstream',
    });
  let server = await start();
  let token = '';
  const call = apiCaller(() => ({ url: server.url, token }));
  /** Whether it was heard or not: the kill comes meanwhile. */
  const callInVain = (method: string, path: string, body?: unknown): Promise<unknown> =>
    call(method, path, body).catch(() => undefined);
  try {
    token = String(
      at(await call('POST', '/auth/login', { email: EMAIL, password: PASSWORD }), 'access_token'),
    );
    await call('PUT', '/models/openai%2Fm/price', { input_usd_per_million: 1, output_usd_per_million: 2 });
    const agents = ['Worker', 'Other'].map((role) => ({ role, goal: 'Work', model: 'openai/m' }));
    const crew = async (fields: object) =>
      String(at(await call('POST', '/crews', { name: 'Crew', memory: false, agents, ...fields }), 'id'));
    const task = (description: string, fields: object = {}) => ({
      description: `${description}, mark {mark}`,
      agent: 0,
      ...fields,
    });
    const parallel = [task('A'), task('B', { async: true }), task('C', { async: true, agent: 1 }), task('D')];
    const crews = {
      parallel: { id: await crew({ tasks: parallel }), calls: 4 },
      // For each task two calls of the manager and one of each coworker.
      managed: {
        id: await crew({ process: 'hierarchical', tasks: [task('First'), task('Second')] }),
        calls: 8,
      },
      asking: {
        id: await crew({ tasks: [task('Ask', { name: 'ask', human_input: true }), task('Send')] }),
        calls: 2,
      },
      endless: { id: await crew({ tasks: [task('Begin'), task('Endless')] }), calls: 1 },
    };
    const jobs: { readonly id: string; readonly kind: keyof typeof crews }[] = [];
    let marks = 0;
    const inputs = () => ({ mark: `${++marks}` });
    const startJob = async (kind: keyof typeof crews): Promise<string> => {
      const started = await call('POST', '/executions', { crew_id: crews[kind].id, inputs: inputs() });
      const id = String(at(started, 'job_id'));
      jobs.push({ id, kind });
      return id;
    };
    const approve = { task_id: 'ask', approve: true };
    for (let kill = 0; kill < KILLS; kill++) {
      for (const kind of ['parallel', 'managed', 'parallel', 'managed', 'asking', 'endless'] as const)
        await startJob(kind);
      if (kill % 4 === 0) {
        const batch = { crew_id: crews.parallel.id, inputs: [1, 2, 3].map(inputs), concurrency: 2 };
        const made = at(await call('POST', '/executions/batch', batch), 'jobs');
        assert.ok(Array.isArray(made));
        for (const one of made) jobs.push({ id: String(at(one, 'job_id')), kind: 'parallel' });
      }
      // Any moment of the work will do, so it is one that comes by itself: so many calls from now.
      const deadly = upstream.calls.length + Math.floor(random() * 20);
      const deadline = Date.now() + 2_000;
      while (upstream.calls.length < deadly && Date.now() < deadline) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      // Some are being stopped or answered in that very moment.
      const last = (kind: keyof typeof crews) => jobs.findLast((job) => job.kind === kind)?.id ?? '';
      const meanwhile = [
        callInVain('POST', `/executions/${last('endless')}/stop`),
        callInVain('POST', `/executions/${last('asking')}/resume`, approve),
      ];
      await delay(random() * 20);
      const fromMs = performance.now();
      await server.stop('SIGKILL');
      kills.push({ fromMs, untilMs: performance.now() });
      server = await start();
      await Promise.all(meanwhile);
      // One that dies five times at one call would be given up.
      await call('POST', `/executions/${last('endless')}/stop`);
    }
    let cost = 0;
    for (const { id, kind } of jobs) {
      if (kind === 'asking') await answerOnce(id);
      const log = String(await call('GET', `/executions/${id}/events`));
      const events = [...log.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
      const job = await call('GET', `/executions/${id}`);
      assert.equal(
        at(job, 'status'),
        kind === 'endless' ? 'stopped' : 'completed',
        JSON.stringify(at(job, 'error')),
      );
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      const spent = Math.round(Number(at(job, 'usage.cost_usd')) * 1e9);
      // What a call that was stopped has cost is estimated.
      if (kind !== 'endless') assert.equal(spent, crews[kind].calls * CALL_NANO_USD);
      cost += spent;
    }
    const billing = await call('GET', '/billing');
    assert.equal(Math.round(Number(at(billing, 'balance_usd')) * 1e9) + cost, CREDIT_NANO_USD);
    assert.equal(at(billing, 'held_usd'), 0);
    assert.deepEqual(madeTwice(seen, kills), []);
    await server.stop('SIGTERM');
    const broken = (await checkHome(home.path)).filter(({ problems }) => problems.length > 0);
    assert.deepEqual(broken, []);
  } finally {
    await server.stop('SIGKILL');
    await upstream.close();
    home.remove();
  }

  /** Approves a job's task if nobody has; the job may still be on its way there. */
  async function answerOnce(id: string): Promise<void> {
    for (;;) {
      const job = await call('GET', `/executions/${id}`);
      if (at(job, 'finished_at') || at(job, 'tasks_output.0.status') === 'completed') return;
      const waits = at(await call('GET', `/executions/${id}/waits`), 'waits');
      if (Array.isArray(waits) && waits.length > 0) {
        await callInVain('POST', `/executions/${id}/resume`, { task_id: 'ask', approve: true });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
