import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { type Canary, startCanary } from '../../src/lib/guarded-http/canary.ts';
import { apiCaller } from '../../src/testing/api-caller.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const EMAIL = 'owner@example.com';
const PASSWORD = 'engine-of-difference';
const PRICE_USD = 0.5;

describe('a tool call and the death of the server', () => {
  const home = tempFolder();
  let service: Canary;
  let server: ServerProcess;
  let token = '';
  /** While it is set a call gets no answer. */
  let isSilent = false;

  const start = async (): Promise<void> => {
    server = await startServerProcess({
      MUSTER_HOME: home.path,
      MUSTER_DEMO: '0',
      MUSTER_OWNER_EMAIL: EMAIL,
      MUSTER_OWNER_PASSWORD: PASSWORD,
      MUSTER_TOOL_ALLOW_HOSTS: service.host,
    });
  };
  before(async () => {
    service = await startCanary((_request, response) => {
      if (!isSilent) response.end('done');
    });
    await start();
    token = String(
      at(await call('POST', '/auth/login', { email: EMAIL, password: PASSWORD }), 'access_token'),
    );
  });
  after(async () => {
    await server.stop('SIGKILL');
    await service[Symbol.asyncDispose]();
    home.remove();
  });

  const call = apiCaller(() => ({ url: server.url, token }));

  const status = (jobId: string, ...wanted: string[]) =>
    until(
      `the job to be ${wanted.join(' or ')}`,
      () => call('GET', `/executions/${jobId}`),
      (job) => wanted.includes(String(at(job, 'status'))),
    );
  const balance = async () => Number(at(await call('GET', '/billing'), 'balance_usd'));
  const keysOf = (path: string) =>
    service.requests
      .filter(({ url }) => url === path)
      .map(({ headers }) => String(headers['idempotency-key']));

  /** A job whose only tool call was under way when the server was killed; the server is up again. */
  async function killDuringCall(name: string, fields: object): Promise<{ jobId: string; path: string }> {
    const path = `/${name}`;
    const endpoint = `http://${service.host}${path}`;
    const tool = {
      name,
      description: 'Does it',
      endpoint,
      auth_type: 'none',
      price_usd: PRICE_USD,
      ...fields,
    };
    await call('POST', '/tools/custom', tool);
    const crew = await call('POST', '/crews', {
      name,
      memory: false,
      agents: [{ role: 'Worker', goal: 'Work', model: 'sandbox', tools: [name] }],
      tasks: [{ name: 'do', description: `[[call ${name} {}]]`, expected_output: 'Done' }],
    });
    isSilent = true;
    const jobId = String(at(await call('POST', '/executions', { crew_id: at(crew, 'id') }), 'job_id'));
    await until('the call of the tool', () => keysOf(path)[0]);
    await server.stop('SIGKILL');
    isSilent = false;
    await start();
    return { jobId, path };
  }

  for (const [effects, fields] of [
    ['none', { method: 'GET' }],
    ['idempotent', { effects: 'idempotent' }],
  ] as const) {
    it(`effects ${effects}: the call that was cut off is made again with its key, and billed once`, async () => {
      const credit = await balance();
      const { jobId, path } = await killDuringCall(`tool_${effects}`, fields);
      const job = await status(jobId, 'completed', 'failed', 'waiting_for_input');
      assert.equal(at(job, 'status'), 'completed', JSON.stringify(job));
      const keys = keysOf(path);
      assert.equal(keys.length, 2);
      assert.equal(new Set(keys).size, 1);
      assert.match(keys[0] ?? '', new RegExp(`^${jobId}/`));
      assert.equal(credit - (await balance()), PRICE_USD);
      assert.equal(at(job, 'usage.cost_usd'), PRICE_USD);
    });
  }

  it('effects unknown: the call is not made again until a person says so, then with its key', async () => {
    const credit = await balance();
    const { jobId, path } = await killDuringCall('tool_unknown', { effects: 'unknown' });
    await status(jobId, 'waiting_for_input');
    assert.equal(keysOf(path).length, 1);
    assert.equal(await balance(), credit, 'nothing is billed or held while nobody knows');
    const waits = await call('GET', `/executions/${jobId}/waits`);
    assert.match(JSON.stringify(waits), /unknown_outcome.*tool_unknown/);
    await call('POST', `/executions/${jobId}/resume`, { task_id: 'do', approve: true });
    await status(jobId, 'completed');
    assert.equal(new Set(keysOf(path)).size, 1);
    assert.equal(keysOf(path).length, 2);
    assert.equal(credit - (await balance()), PRICE_USD);
  });

  it('effects unknown: a background response, for which nobody can be asked, fails and says so', async () => {
    const endpoint = `http://${service.host}/background`;
    const tool = {
      name: 'background',
      description: 'Does it',
      endpoint,
      auth_type: 'none',
      price_usd: PRICE_USD,
    };
    await call('POST', '/tools/custom', tool);
    const agent = await call('POST', '/agents', { name: 'Doer', model: 'sandbox', tools: ['background'] });
    const credit = await balance();
    const responses = async (method: string, path: string, body?: object): Promise<unknown> => {
      const reply = await fetch(`${server.url}/api/agents/v1/responses${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      assert.equal(reply.status, 200);
      return reply.json();
    };
    isSilent = true;
    const input = '[[call background {}]]';
    const made = await responses('POST', '', { model: at(agent, 'id'), input, background: true });
    await until('the call of the tool', () => keysOf('/background')[0]);
    await server.stop('SIGKILL');
    isSilent = false;
    await start();
    const ended = await until(
      'the response to fail',
      () => responses('GET', `/${at(made, 'id')}`),
      (response) => at(response, 'status') === 'failed',
    );
    assert.match(JSON.stringify(at(ended, 'error')), /not known whether it took effect/);
    assert.equal(keysOf('/background').length, 1);
    assert.equal(await balance(), credit);
  });

  it('effects unknown, by the method: a person who says no ends the job, and nothing was called twice', async () => {
    const { jobId, path } = await killDuringCall('tool_post', {});
    await status(jobId, 'waiting_for_input');
    await call('POST', `/executions/${jobId}/resume`, {
      task_id: 'do',
      approve: false,
      feedback: 'It is done',
    });
    const job = await status(jobId, 'failed');
    assert.match(JSON.stringify(at(job, 'error')), /It is done/);
    assert.equal(keysOf(path).length, 1);
    await server.stop('SIGTERM');
    const broken = (await checkHome(home.path)).filter(({ problems }) => problems.length > 0);
    assert.deepEqual(broken, []);
    await start();
  });
});
