import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';

const KILLS = Number(process.env.CHAOS_KILLS ?? 8);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);
const EMAIL = 'owner@example.com';
const PASSWORD = 'engine-of-difference';
const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
const CALL_NANO_USD = 2_000_000;
const CREDIT_NANO_USD = 1_000_000_000_000;

/** A repeatable source of chance (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

it(`killed ${KILLS} times at random under load, every job completes and every call is billed once (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  const home = tempFolder();
  const upstream = await startScriptedUpstream(({ body }) => {
    const text = JSON.stringify(body);
    const answer = { usage: USAGE, firstByteMs: random() * 30 };
    if (!text.includes('You manage') || text.includes('"role":"tool"')) {
      return { ...answer, text: 'a few words', chunks: 3, gapMs: 2 };
    }
    const args = (fields: object) => JSON.stringify({ ...fields, context: '' });
    return {
      ...answer,
      toolCalls: [
        { name: 'delegate_work', arguments: args({ task: 'Draft', coworker: 'Worker' }) },
        { name: 'ask_coworker', arguments: args({ question: 'True?', coworker: 'Other' }) },
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
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${text}`);
    return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
  }
  try {
    token = String(
      at(await call('POST', '/auth/login', { email: EMAIL, password: PASSWORD }), 'access_token'),
    );
    await call('PUT', '/models/openai%2Fm/price', { input_usd_per_million: 1, output_usd_per_million: 2 });
    const agents = ['Worker', 'Other'].map((role) => ({ role, goal: 'Work', model: 'openai/m' }));
    const crew = async (fields: object) =>
      String(at(await call('POST', '/crews', { name: 'Crew', memory: false, agents, ...fields }), 'id'));
    const task = (description: string, fields: object = {}) => ({ description, agent: 0, ...fields });
    const crews = [
      {
        id: await crew({
          tasks: [task('A'), task('B', { async: true }), task('C', { async: true, agent: 1 }), task('D')],
        }),
        calls: 4,
      },
      // For each task two calls of the manager and one of each coworker.
      { id: await crew({ process: 'hierarchical', tasks: [task('A'), task('B')] }), calls: 8 },
    ];
    const jobs: { id: string; calls: number }[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      for (const { id, calls } of [...crews, ...crews]) {
        jobs.push({ id: String(at(await call('POST', '/executions', { crew_id: id }), 'job_id')), calls });
      }
      // Any moment of the work will do, so it is one that comes by itself: so many calls from now.
      const deadly = upstream.calls.length + Math.floor(random() * 20);
      const deadline = Date.now() + 2_000;
      while (upstream.calls.length < deadly && Date.now() < deadline) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await server.stop('SIGKILL');
      server = await start();
    }
    let cost = 0;
    for (const { id, calls } of jobs) {
      const log = String(await call('GET', `/executions/${id}/events`));
      const events = [...log.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
      const job = await call('GET', `/executions/${id}`);
      assert.equal(at(job, 'status'), 'completed', JSON.stringify(at(job, 'error')));
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      const spent = Math.round(Number(at(job, 'usage.cost_usd')) * 1e9);
      assert.equal(spent, calls * CALL_NANO_USD);
      cost += spent;
    }
    const billing = await call('GET', '/billing');
    assert.equal(Math.round(Number(at(billing, 'balance_usd')) * 1e9) + cost, CREDIT_NANO_USD);
    assert.equal(at(billing, 'held_usd'), 0);
    await server.stop('SIGTERM');
    const broken = (await checkHome(home.path)).filter(({ problems }) => problems.length > 0);
    assert.deepEqual(broken, []);
  } finally {
    await server.stop('SIGKILL');
    await upstream.close();
    home.remove();
  }
});
