import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { openSqliteDatabase } from '../../src/db/index.ts';
import { apiCaller } from '../../src/testing/api-caller.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const EMAIL = 'owner@example.com';
const PASSWORD = 'engine-of-difference';
const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
const CALL_USD = 0.002;

describe('jobs of crews and the death of the server', () => {
  const home = tempFolder();
  let upstream: ScriptedUpstream;
  let server: ServerProcess;
  let token = '';

  const start = async (fault?: string): Promise<void> => {
    const environment = {
      MUSTER_HOME: home.path,
      MUSTER_DEMO: '0',
      MUSTER_OWNER_EMAIL: EMAIL,
      MUSTER_OWNER_PASSWORD: PASSWORD,
      OPENAI_BASE_URL: upstream.baseUrl,
      OPENAI_API_KEY: 'sk-upstream',
    };
    server = await startServerProcess(environment, { fault });
  };
  before(async () => {
    upstream = await startScriptedUpstream();
    await start();
    const login = await call('POST', '/auth/login', { email: EMAIL, password: PASSWORD });
    token = String(at(login, 'access_token'));
    await call('PUT', '/models/openai%2Fm/price', { input_usd_per_million: 1, output_usd_per_million: 2 });
  });
  after(async () => {
    await server.stop('SIGKILL');
    await upstream.close();
    home.remove();
  });

  const call = apiCaller(() => ({ url: server.url, token }));
  const balance = async () => Number(at(await call('GET', '/billing'), 'balance_usd'));
  const nano = (usd: number) => Math.round(usd * 1e9);
  async function crew(tasks: object[], fields: object = {}): Promise<string> {
    const agents = [{ role: 'Worker', goal: 'Work', model: 'openai/m', tools: ['calculator'] }];
    return String(
      at(await call('POST', '/crews', { name: 'Crew', memory: false, agents, tasks, ...fields }), 'id'),
    );
  }
  const startJob = async (crewId: string) =>
    String(at(await call('POST', '/executions', { crew_id: crewId }), 'job_id'));
  async function ended(jobId: string): Promise<unknown> {
    await call('GET', `/executions/${jobId}/events`);
    return call('GET', `/executions/${jobId}`);
  }
  async function waiting(jobId: string): Promise<void> {
    const job = () => call('GET', `/executions/${jobId}`);
    await until('the job to wait', job, (now) => at(now, 'status') === 'waiting_for_input');
  }
  /** Of a job whose server is down. */
  async function keptStatus(jobId: string): Promise<string | undefined> {
    const db = await openSqliteDatabase(join(home.path, 'muster.db'));
    try {
      return (await db.first(db.build.selectFrom('jobs').select('status').where('id', '=', jobId)))?.status;
    } finally {
      await db.close();
    }
  }
  async function restart(): Promise<void> {
    await server.stop('SIGKILL');
    await start();
  }

  /** What the provider answers: a tool call first where the task asks for one. */
  function plan(body: unknown) {
    const text = JSON.stringify(body);
    const wantsTool = text.includes('Compute') && !text.includes('"role":"tool"');
    return {
      usage: USAGE,
      ...(wantsTool
        ? { toolCalls: [{ name: 'calculator', arguments: '{"expression":"6*7"}' }] }
        : { text: 'a few words of an answer', chunks: 5 }),
    };
  }
  const TASKS = [
    { name: 'one', description: 'First' },
    { name: 'two', description: 'Compute', async: true },
    { name: 'three', description: 'Third', async: true },
    { name: 'four', description: 'Fourth' },
  ];
  /** Four answers and one round with a tool. */
  const CALLS = 5;

  it('kill -9 during any model call: the job goes on, each step is billed once, its log has no gap and no repeat', async () => {
    const crewId = await crew(TASKS);
    for (let deadly = 1; deadly <= CALLS; deadly++) {
      const credit = await balance();
      const firstCall = upstream.calls.length;
      let killed: Promise<void> | undefined;
      upstream.play(({ number, body }) => {
        const isDeadly = number - firstCall + 1 === deadly && !killed;
        // Half of the deaths are in the middle of the answer, the others before it.
        if (isDeadly) killed = restart();
        return {
          ...plan(body),
          ...(isDeadly && (deadly % 2 === 0 ? { gapMs: 30 } : { firstByteMs: 60_000 })),
        };
      });
      const jobId = await startJob(crewId);
      await until('the deadly call', () => killed !== undefined);
      await killed;
      const job = await ended(jobId);
      assert.equal(at(job, 'status'), 'completed', JSON.stringify(at(job, 'error')));
      assert.equal(nano(credit - (await balance())), nano(CALLS * CALL_USD), `killed at call ${deadly}`);
      assert.equal(nano(Number(at(job, 'usage.cost_usd'))), nano(CALLS * CALL_USD));
      // Beside the call that was cut, one that ran at once with it may have been cut too.
      const made = upstream.calls.length - firstCall;
      assert.ok(made > CALLS && made <= CALLS + 2, `${made} calls`);
      const log = String(await call('GET', `/executions/${jobId}/events`));
      const events = [...log.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      for (const type of ['task_start', 'task_complete']) {
        assert.equal(events.filter((event) => event.type === type).length, TASKS.length);
      }
      const actions = events.filter(({ type }) => type === 'trace').map(({ action }) => action);
      assert.equal(actions.filter((action) => action === 'llm_call').length, CALLS);
      assert.equal(actions.filter((action) => action === 'calculator').length, 1);
      const finals = events.filter(({ type, status }) => type === 'job_status' && status === 'completed');
      assert.deepEqual(finals, [events.at(-1)]);
      const shown = events.filter(({ type }) => type === 'progress').map(({ progress }) => Number(progress));
      assert.deepEqual(
        shown,
        shown.toSorted((a, b) => a - b),
      );
    }
  });

  it('a job that waits for a person waits on across deaths, and for nothing', async () => {
    upstream.play(({ body }) => plan(body));
    const crewId = await crew([
      { name: 'ask', description: 'First', human_input: true },
      { description: 'Second' },
    ]);
    const jobId = await startJob(crewId);
    await waiting(jobId);
    const calls = upstream.calls.length;
    await restart();
    assert.equal(at(await call('GET', `/executions/${jobId}`), 'status'), 'waiting_for_input');
    assert.equal(at(await call('GET', '/billing'), 'held_usd'), 0);
    assert.equal(upstream.calls.length, calls);
    await call('POST', `/executions/${jobId}/resume`, { task_id: 'ask', approve: true });
    assert.equal(at(await ended(jobId), 'status'), 'completed');
    assert.equal(upstream.calls.length, calls + 1);
  });

  it('handed-out work is not handed out again after a death', async () => {
    const firstCall = upstream.calls.length;
    let killed: Promise<void> | undefined;
    upstream.play(({ number, body }) => {
      const text = JSON.stringify(body);
      if (!text.includes('You manage')) return { usage: USAGE, text: 'Worked' };
      if (!text.includes('"role":"tool"')) {
        const args = JSON.stringify({ task: 'Draft', context: '', coworker: 'Worker' });
        return { usage: USAGE, toolCalls: [{ name: 'delegate_work', arguments: args }] };
      }
      // The review after the work has come back.
      if (number - firstCall === 2 && !killed) {
        killed = restart();
        return { firstByteMs: 60_000 };
      }
      return { usage: USAGE, text: 'Final' };
    });
    const crewId = await crew([{ description: 'Write' }], { process: 'hierarchical' });
    const jobId = await startJob(crewId);
    await until('the deadly call', () => killed !== undefined);
    await killed;
    const job = await ended(jobId);
    assert.equal(at(job, 'result'), 'Final');
    // Manager, worker, the review that was cut, the review.
    assert.equal(upstream.calls.length - firstCall, 4);
    assert.equal(nano(Number(at(job, 'usage.cost_usd'))), nano(3 * CALL_USD));
  });

  it('SIGTERM hands a job over to the next process', async () => {
    upstream.play(({ body }) => ({ ...plan(body), firstByteMs: 200 }));
    const calls = upstream.calls.length;
    const jobId = await startJob(await crew(TASKS));
    await until('the first call', () => upstream.calls.length > calls);
    await server.stop('SIGTERM');
    await start();
    const job = await ended(jobId);
    assert.equal(at(job, 'status'), 'completed');
    // The call under way was let finish.
    assert.equal(upstream.calls.length - calls, CALLS);
  });

  it('a job of a batch that was let in, and not told so before the death, is told by the next process', async () => {
    upstream.play(({ body }) => plan(body));
    const crewId = await crew([{ name: 'ask', description: 'First {n}', human_input: true }]);
    await server.stop('SIGTERM');
    await start('batch.gate-opened@1');
    const batch = { crew_id: crewId, inputs: [{ n: 1 }, { n: 2 }], concurrency: 1 };
    const started = at(await call('POST', '/executions/batch', batch), 'jobs');
    const [first, second] = [0, 1].map((index) => String(at(started, `${index}.job_id`)));
    assert.ok(first && second);
    const answerOf = (jobId: string) =>
      call('POST', `/executions/${jobId}/resume`, { task_id: 'ask', approve: true });
    await waiting(first);
    // Whether or not the reply is out when it dies.
    await Promise.all([server.ended(), answerOf(first).catch(() => undefined)]);
    assert.equal(await keptStatus(second), 'waiting_for_input', 'it is at its gate');
    await start();
    assert.equal(at(await ended(first), 'status'), 'completed');
    const waits = () => call('GET', `/executions/${second}/waits`);
    await until('the second job to ask', waits, (open) => at(open, 'waits.0') !== undefined);
    await answerOf(second);
    assert.equal(at(await ended(second), 'status'), 'completed');
  });

  it('a job whose stop died with the process before it came about goes on, and has one end', async () => {
    upstream.play(() => ({ firstByteMs: 60_000 }));
    const crewId = await crew([{ description: 'First' }]);
    await server.stop('SIGTERM');
    await start('job.before-finish@1');
    const calls = upstream.calls.length;
    const jobId = await startJob(crewId);
    await until('the call', () => upstream.calls.length > calls);
    await assert.rejects(call('POST', `/executions/${jobId}/stop`), 'nobody was told that it has stopped');
    await server.ended();
    upstream.play(({ body }) => plan(body));
    await start();
    const job = await ended(jobId);
    assert.equal(at(job, 'status'), 'completed', JSON.stringify(job));
    assert.equal(upstream.calls.length - calls, 2);
    const log = String(await call('GET', `/executions/${jobId}/events`));
    assert.equal(log.match(/^event: job_status\ndata: .*"(?:completed|stopped)"/gm)?.length, 1, log);
  });

  it('the data has kept all that it promises', async () => {
    await server.stop('SIGTERM');
    const broken = (await checkHome(home.path)).filter(({ problems }) => problems.length > 0);
    assert.deepEqual(broken, []);
    await start();
  });
});
