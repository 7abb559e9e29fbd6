import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/index.ts';
import { packageRoot } from '../../src/lib/package-files.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { type Muster, musterWith, type Outcome } from './run-muster.ts';

const COMMAND = fileURLToPath(new URL('../../bin/muster.mjs', import.meta.url));
const CREDENTIALS = { email: 'owner@example.com', password: 'engine-of-difference' };

describe('muster run, import and export of crews', () => {
  const folder = tempFolder();
  let server: ServerProcess;
  let environment: Record<string, string>;
  let muster: Muster;

  before(async () => {
    server = await startServerProcess({
      MUSTER_HOME: join(folder.path, 'home'),
      MUSTER_DEMO: '0',
      MUSTER_OWNER_EMAIL: CREDENTIALS.email,
      MUSTER_OWNER_PASSWORD: CREDENTIALS.password,
    });
    const login = await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(CREDENTIALS),
    });
    const token = String(at(await login.json(), 'access_token'));
    environment = { MUSTER_URL: server.url, MUSTER_TOKEN: token };
    muster = musterWith(environment);
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  async function api(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${environment.MUSTER_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
  }
  const crew = async (name: string, tasks: object[], fields: object = {}): Promise<string> => {
    const agents = [{ role: 'Writer', goal: 'Write', model: 'sandbox', tools: ['calculator'] }];
    const made = await api('POST', '/crews', { name, memory: false, agents, tasks, ...fields });
    return String(at(made, 'id'));
  };
  const lastJob = async (): Promise<unknown> => at(await api('GET', '/executions?limit=1'), 'executions.0');

  it('runs a crew by its name: progress on standard error, the result alone on standard output', async () => {
    await crew('Teapot copy', [
      { name: 'research', description: '[[call calculator {"expression":"6*7"}]] about {topic}' },
      { name: 'copy', description: '[[say The {topic} copy for {who}]]' },
    ]);
    const inputs = join(folder.path, 'inputs.json');
    writeFileSync(inputs, JSON.stringify({ topic: 'teapot', who: 'Ann=Bo' }));
    const ran = await ok(muster(['run', 'teapot COPY', '--file', inputs, '--input', 'topic=kettle']));
    assert.equal(ran.stdout, 'The kettle copy for Ann=Bo\n');
    assert.match(ran.stderr, /research: Writer begins/);
    assert.match(ran.stderr, /Writer: calculator \(research\): 42/);
    assert.match(ran.stderr, /\[ 50%\] copy: Writer begins/);
    assert.match(ran.stderr, /copy: done/);
    assert.match(ran.stderr, /\$0\.00, .* job_/);
    const { stdout } = await ok(
      muster(['run', 'Teapot copy', '--input', 'topic=x', '--input', 'who=y', '--json']),
    );
    assert.partialDeepStrictEqual(JSON.parse(stdout), { status: 'completed', result: 'The x copy for y' });
  });

  it('says what is missing or wrong before anything runs', async () => {
    const { code, stderr } = await muster(['run', 'Teapot copy', '--input', 'topic=x']);
    assert.equal(code, 1);
    assert.ok(stderr.includes("muster run 'Teapot copy' --input topic=x --input who=…\n"), stderr);
    const misspelt = await muster(['run', 'Teapot copy', '--input', 'topic=x', '--input', 'whom=Ann']);
    assert.equal(misspelt.code, 1);
    assert.match(misspelt.stderr, /no input 'whom'.* Did you mean who\? It has: topic, who$/m);
    assert.ok(misspelt.stderr.includes("muster run 'Teapot copy' --input topic=x --input who=…\n"));
    const more = ['--input', 'topic=x', '--input', 'who=Ann', '--input', 'colour=red'];
    const told = await ok(muster(['run', 'Teapot copy', ...more]));
    assert.equal(told.stdout, 'The x copy for Ann\n');
    assert.match(
      told.stderr,
      /^Warning: The crew has no input 'colour'; nothing uses it\. It has: topic, who$/m,
    );
    assert.equal((await muster(['run', 'Teapot copy', '--input', 'topic'])).code, 2);
    assert.match((await muster(['run', 'Teapot cop'])).stderr, /no crew 'Teapot cop'.*Teapot copy/);
  });

  it('ends with 1 when the job fails, and says why', async () => {
    const id = await crew('Fails', [{ description: '[[fail 400]]' }]);
    const { code, stdout, stderr } = await muster(['run', id]);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /muster: The job failed, 0 of 1 task done: /);
  });

  it('Ctrl-C stops the job, says so, and keeps what was made', async () => {
    const id = await crew('Slow', [
      { name: 'quick', description: '[[say first]]' },
      { name: 'slow', description: '[[wait 60000]] never' },
    ]);
    const child = spawn(process.execPath, [COMMAND, 'run', id], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const begun = Promise.withResolvers<void>();
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
      if (/slow: Writer begins/.test(said)) begun.resolve();
    });
    const stdout = text(child.stdout);
    await begun.promise;
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.equal(code, 130);
    assert.equal(await stdout, 'first\n');
    assert.match(said, /Stopping the job/);
    assert.match(said, /Stopped: 1 of 2 tasks done/);
    assert.equal(at(await lastJob(), 'status'), 'stopped');
  });

  /** `muster` at a terminal that a test types on. */
  function sitDown(args: readonly string[]) {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const shown = { out: '', err: '' };
    const screen = (name: keyof typeof shown) => {
      const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
      stream.on('data', (chunk) => (shown[name] += String(chunk)));
      return stream;
    };
    const streams = { env: environment, input, output: screen('out'), errors: screen('err') };
    return {
      shown,
      done: runCommandLine(args, streams),
      type: (line: string) => input.write(line),
      async see(wanted: RegExp, times = 1): Promise<void> {
        const all = new RegExp(wanted, 'g');
        await until(
          `${wanted}`,
          () => shown.err,
          (said) => (said.match(all) ?? []).length >= times,
        );
      },
    };
  }

  it('asks on the terminal what the job waits for', async () => {
    const id = await crew('Asks', [{ name: 'greet', description: '[[say Hello]]', human_input: true }]);
    const seat = sitDown(['run', id]);
    await seat.see(/Approve\? /);
    seat.type('Shorter\r');
    await seat.see(/Approve\? /, 2);
    seat.type('y\r');
    assert.equal(await seat.done, 0);
    assert.match(seat.shown.err, /Hello[\s\S]*Approve/);
    assert.match(seat.shown.out, /not accepted: Shorter/);
    const traces = at(await api('GET', `/executions/${at(await lastJob(), 'job_id')}/traces`), 'traces');
    assert.ok(Array.isArray(traces));
    const said = traces.filter((row) => at(row, 'action') === 'human_input').map((row) => at(row, 'result'));
    assert.deepEqual(said, ['Shorter', 'approved']);
  });

  it('Ctrl-C at a question stops the job', async () => {
    const seat = sitDown(['run', 'Asks']);
    await seat.see(/Approve\? /);
    seat.type('\x03');
    assert.equal(await seat.done, 130);
    assert.equal(at(await lastJob(), 'status'), 'stopped');
  });

  it('shows a crew with its agents and tasks, and how to run it', async () => {
    const id = await crew('Shown', [
      { name: 'first', description: 'About {topic}', human_input: true },
      { name: 'second', description: 'More', context: ['first'] },
    ]);
    const { stdout, stderr } = await ok(muster(['crew', 'show', 'shown']));
    assert.match(stdout, /^Shown\nid +crew_\w+\nstatus +active/);
    assert.match(stdout, /^Writer +agent_\w+ +sandbox +ready +calculator$/m);
    assert.match(stdout, /^first: Writer, asks a person\nAbout \{topic\}$/m);
    assert.match(stdout, /^second: Writer, given first\nMore$/m);
    assert.ok(stderr.includes(`Run it: muster run ${id} --input topic=…`), stderr);
    assert.deepEqual(
      JSON.parse((await ok(muster(['crew', 'show', id, '--json']))).stdout),
      await api('GET', `/crews/${id}`),
    );
    assert.match((await muster(['crew', 'show', 'Shwon'])).stderr, /no crew 'Shwon'.*'Shown'.*crew list/);
  });

  it('lists jobs by crew and status, the newest first, and says when there are more', async () => {
    const id = await crew('Listed', [{ name: 'one', description: '[[say done]]' }]);
    await ok(muster(['run', id]));
    const job = String(at(await lastJob(), 'job_id'));
    await crew('list', [{ description: '[[say the crew called list]]' }]);
    const { stdout, stderr } = await ok(muster(['run', 'list', '--limit', '1']));
    assert.match(stdout, /^ID +STATUS +DONE +COST +MADE +FINISHED +CREW\n/);
    assert.match(stdout, new RegExp(`^${job} +completed +100% +\\$0\\.00 .* Listed$`, 'm'));
    assert.equal(stdout.trim().split('\n').length, 2);
    assert.match(stderr, /There are older ones; --limit 10 /);
    const listed = async (...flags: string[]): Promise<unknown> =>
      JSON.parse((await ok(muster(['run', 'list', '--json', ...flags]))).stdout);
    assert.partialDeepStrictEqual(await listed('--crew', 'Listed'), [{ job_id: job, status: 'completed' }]);
    assert.deepEqual(await listed('--crew', 'Listed', '--status', 'failed'), []);
    assert.match((await muster(['run', 'list', '--status', 'odd'])).stderr, /status.*queued/);
    assert.equal((await muster(['run', 'list', '--limit', 'all'])).code, 2);
  });

  it('shows a job, goes on with one that failed, and keeps what was made before', async () => {
    const id = await crew('Mended', [
      { name: 'early', description: '[[say Early words]]' },
      { name: 'late', description: '[[fail 400]]' },
    ]);
    const failed = await muster(['run', id]);
    assert.equal(failed.code, 1);
    const job = String(at(await lastJob(), 'job_id'));
    const again = `muster run rerun ${job} --from late`;
    assert.ok(failed.stderr.includes(`Go on with: ${again}\n`), failed.stderr);
    const shown = await ok(muster(['run', 'show', job]));
    assert.match(shown.stdout, /^Mended\nid +job_\w+\nstatus +failed, 50% done$/m);
    assert.match(shown.stdout, /^early: completed\nWriter, \$0\.00, \d+ tokens in, \d+ out\nEarly words$/m);
    assert.match(shown.stdout, /^late: failed$/m);
    assert.match(shown.stdout, /^error +\S/m);
    assert.ok(shown.stderr.includes(`Go on: ${again}\n`), shown.stderr);
    const crewNow = await api('GET', `/crews/${id}`);
    await api('PUT', `/tasks/${at(crewNow, 'tasks.1.id')}`, { description: '[[say Late words]]' });
    const rerun = await ok(muster(['run', 'rerun', job, '--from', 'late', '--current-crew']));
    assert.equal(rerun.stdout, 'Late words\n');
    const second = String(at(await lastJob(), 'job_id'));
    const { stdout } = await ok(muster(['run', 'show', second]));
    assert.match(stdout, /^early: completed \(kept from the job before\)$/m);
    assert.match(stdout, new RegExp(`^rerun of +${job}$`, 'm'));
    assert.deepEqual(
      JSON.parse((await ok(muster(['run', 'show', second, '--json']))).stdout),
      await api('GET', `/executions/${second}`),
    );
    const resumed = await muster(['run', 'resume', job]);
    assert.ok(
      resumed.stderr.includes(`waits for nobody: it is failed. Go on with: ${again}\n`),
      resumed.stderr,
    );
  });

  it('answers a job that waits, by flags or asked on the terminal, and stops one', async () => {
    const id = await crew('Waits', [{ name: 'greet', description: '[[say Hello]]', human_input: true }]);
    const started = String(at(await api('POST', '/executions', { crew_id: id }), 'job_id'));
    const waiting = () => until('it waits', status, (is) => is === 'waiting_for_input');
    const status = async () => at(await api('GET', `/executions/${started}`), 'status');
    await waiting();
    const shown = await ok(muster(['run', 'show', started]));
    assert.match(shown.stderr, /It waits: [\s\S]*Hello[\s\S]*Answer it: muster run resume job_/);
    const mute = await muster(['run', 'resume', started]);
    assert.equal(mute.code, 2);
    assert.match(mute.stderr, /Hello[\s\S]*--approve, --feedback TEXT, --reject or --max-cost/);
    assert.equal((await muster(['run', 'resume', started, '--approve', '--reject'])).code, 2);
    const elsewhere = await muster(['run', 'resume', started, '--approve', '--task', 'other']);
    assert.match(elsewhere.stderr, /not at the task 'other', but at: greet \(task_/);
    await ok(muster(['run', 'resume', started, '--feedback', 'Shorter', '--task', 'Greet']));
    await waiting();
    const seat = sitDown(['run', 'resume', started]);
    await seat.see(/Approve\? /);
    seat.type('y\r');
    assert.equal(await seat.done, 0);
    await until('it has ended', status, (is) => is === 'completed');
    const next = String(at(await api('POST', '/executions', { crew_id: id }), 'job_id'));
    assert.equal((await ok(muster(['run', 'stop', next]))).stdout, 'stopped\n');
    const after = await ok(muster(['run', 'stop', started, '--json']));
    assert.deepEqual(JSON.parse(after.stdout), { job_id: started, status: 'completed' });
    for (const verb of ['show', 'stop', 'resume', 'rerun']) {
      const { code, stderr } = await muster(['run', verb, 'job_none']);
      assert.equal(code, 1);
      assert.match(stderr, /There is no job 'job_none'.*muster run list/);
    }
  });

  it('shows and answers the job of a crew that was called as a model', async () => {
    const id = await crew('Called', [{ name: 'greet', description: '[[say Hello]]', human_input: true }]);
    const key = String(at(await api('POST', '/agent-keys', { name: 'Site' }), 'key'));
    const call = await fetch(`${server.url}/api/agents/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: id, messages: [{ role: 'user', content: 'Greet' }] }),
    });
    const job = /job_[\w-]+/.exec(String(at(await call.json(), 'error.message')))?.[0];
    assert.ok(job);
    const shown = await ok(muster(['run', 'show', job]));
    assert.match(shown.stderr, /It waits: [\s\S]*Hello/);
    await ok(muster(['run', 'resume', job, '--approve']));
    await until(
      'it has ended',
      async () => at(await api('GET', `/executions/${job}`), 'status'),
      (is) => is === 'completed',
    );
  });

  it('imports a CrewAI project as it lies on the disk, and lists what is not supported', async () => {
    const config = join(folder.path, 'project/src/trip_planner/config');
    mkdirSync(config, { recursive: true });
    mkdirSync(join(folder.path, 'project/.venv/config'), { recursive: true });
    writeFileSync(
      join(config, 'agents.yaml'),
      'local_expert:\n  role: >\n    Local expert of {city}\n  tools: [SerperDevTool]\n  goal: Know {city}\n  backstory: Has lived there\n  max_rpm: 3\n',
    );
    writeFileSync(
      join(config, 'tasks.yaml'),
      'gather:\n  description: Gather tips for {city}\n  expected_output: A list\n  agent: local_expert\n  output_file: tips.md\n',
    );
    const refused = await muster(['import', join(folder.path, 'project')]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /agents\.local_expert\.llm names no model .* --model /);
    assert.ok(refused.stderr.includes(`muster import ${join(folder.path, 'project')} --model sandbox\n`));
    const imported = await ok(muster(['import', join(folder.path, 'project'), '--model', 'sandbox']));
    assert.match(imported.stderr, /agents\.local_expert\.max_rpm: not carried over/);
    assert.match(imported.stderr, /tools: 'web_search' was taken instead of 'SerperDevTool'/);
    assert.match(imported.stderr, /tasks\.gather\.output_file: not carried over/);
    const id = imported.stdout.trim();
    assert.ok(imported.stderr.includes(`Run it: muster run ${id} --input city=…`), imported.stderr);
    assert.equal(at(await api('GET', `/crews/${id}`), 'name'), 'Trip planner');
    assert.match((await ok(muster(['run', 'trip planner', '--input', 'city=Ghent']))).stdout, /Ghent/);
    assert.match((await ok(muster(['crew', 'list']))).stdout, /Trip planner/);
    assert.match((await ok(muster(['agent', 'list']))).stdout, / local_expert +Trip planner$/m);
  });

  it('makes none of several crews while one of them lacks a model', async () => {
    const root = join(folder.path, 'several');
    for (const [name, llm] of [
      ['able', '  llm: sandbox\n'],
      ['unable', ''],
    ] as const) {
      mkdirSync(join(root, name), { recursive: true });
      writeFileSync(join(root, name, 'agents.yaml'), `guide:\n  role: Guide\n  goal: Help\n${llm}`);
      writeFileSync(
        join(root, name, 'tasks.yaml'),
        'help:\n  description: Help\n  expected_output: Help\n  agent: guide\n',
      );
    }
    const before = at(await api('GET', '/crews'), 'total');
    const refused = await muster(['import', root]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /agents\.guide\.llm names no model/);
    assert.equal(refused.stdout, '');
    assert.equal(at(await api('GET', '/crews'), 'total'), before);
    const made = await ok(muster(['import', root, '--model', 'sandbox']));
    assert.equal(made.stdout.trim().split('\n').length, 2);
    assert.equal(at(await api('GET', '/crews'), 'total'), Number(before) + 2);
  });

  for (const page of ['README.md', 'docs/guide/crews.md']) {
    it(`the crew of ${page} is made and run as its lines are pasted`, async () => {
      const [, crewFile = '', line = ''] =
        /npx muster crew create --file - <<'END'\n([\s\S]*?)\nEND\nnpx muster (.*)\n/.exec(
          readFileSync(new URL(page, packageRoot), 'utf8'),
        ) ?? [];
      const made = await ok(muster(['crew', 'create', '--file', '-'], crewFile));
      assert.match(made.stdout, /^crew_\w+\n$/);
      const words = line.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [];
      const [input = ''] = words.at(-1)?.split('=') ?? [];
      assert.ok(made.stderr.includes(`run ${made.stdout.trim()} --input ${input}=…`), made.stderr);
      const ran = await ok(muster([...words, '--json']));
      assert.partialDeepStrictEqual(JSON.parse(ran.stdout), { status: 'completed' });
    });
  }

  it('a round trip through files, of either form, makes the same crew again', async () => {
    const first = await crew(
      'Round',
      [
        { name: 'a', description: 'A of {x}', expected_output: 'One' },
        { name: 'b', description: 'B', context: ['a'], human_input: true, guardrail: 'Be kind' },
      ],
      { process: 'hierarchical', inputs: { x: 'y' } },
    );
    const to = join(folder.path, 'exported');
    const written = (await ok(muster(['export', first, '--to', to]))).stdout.trim().split('\n');
    assert.ok(written.includes(join(to, 'crew.jsonc')));
    assert.match(readFileSync(join(to, 'crew.jsonc'), 'utf8'), /hierarchical/);
    assert.equal((await muster(['export', first, '--to', to])).code, 1, 'nothing is overwritten');
    const second = (await ok(muster(['import', to]))).stdout.trim();
    const single = (await ok(muster(['export', second]))).stdout;
    const third = (await ok(muster(['import', '-'], single))).stdout.trim();
    const files = async (id: string) => at(await api('GET', `/crews/${id}/export`), 'files');
    assert.deepEqual(await files(second), await files(first));
    assert.deepEqual(await files(third), await files(first));
    const yaml = await ok(muster(['export', first, '--to', join(folder.path, 'yaml'), '--format', 'yaml']));
    assert.match(yaml.stderr, /crew\.process: not written/);
  });

  async function ok(outcome: Promise<Outcome>): Promise<Outcome> {
    const { code, stdout, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    return { code, stdout, stderr };
  }
});
