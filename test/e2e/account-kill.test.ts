import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { openDataFile } from '../../src/db/index.ts';
import { ERASER_FAULTS } from '../../src/testing/fault-points.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const PASSWORD = 'engine-of-difference';
let home: ReturnType<typeof tempFolder>;
let server: ServerProcess | undefined;
beforeEach(() => {
  home = tempFolder();
});
afterEach(async () => {
  await server?.stop('SIGKILL');
  home.remove();
});

const request = (method: string, path: string, token: string, body?: object) =>
  fetch(`${server?.url}/api${path}`, {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
const call = async (method: string, path: string, token: string, body?: object): Promise<unknown> => {
  const response = await request(method, path, token, body);
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
};
const login = async (email: string) =>
  String(at(await call('POST', '/v1/auth/login', '', { email, password: PASSWORD }), 'access_token'));

for (const fault of ERASER_FAULTS) {
  it(`an account that was deleted stays so, and is erased, when the server is killed at ${fault}`, async () => {
    const environment = {
      ...{ MUSTER_HOME: home.path, MUSTER_DEMO: '0', MUSTER_OWNER_EMAIL: 'owner@example.com' },
      MUSTER_OWNER_PASSWORD: PASSWORD,
    };
    server = await startServerProcess(environment, { fault });
    const operator = await login('owner@example.com');
    const email = `${fault}@example.com`;
    const account = { name: 'Doomed', owner_email: email, owner_password: PASSWORD };
    const accountId = String(at(await call('POST', '/v1/accounts', operator, account), 'id'));
    const token = await login(email);
    const key = String(at(await call('POST', '/v1/agent-keys', token, { name: 'K' }), 'key'));
    const model = String(at(await call('POST', '/v1/agents', token, { name: 'A', model: 'sandbox' }), 'id'));
    const messages = [{ role: 'user', content: 'Good morning' }];
    await call('POST', '/agents/v1/chat/completions', key, { model, messages });
    await call('POST', `/v1/agents/${model}/documents`, token, { name: 'a.txt', text: 'Notes' });
    const crew = await call('POST', '/v1/crews', token, {
      ...{ name: 'Slow', memory: false, agents: [{ role: 'r', goal: 'g', model: 'sandbox' }] },
      tasks: [{ description: '[[wait 60000]]', agent: 0 }],
    });
    await call('POST', '/v1/executions', token, { crew_id: at(crew, 'id') });
    await assert.rejects(request('DELETE', '/v1/account', token, { confirm: 'Doomed' }));
    assert.equal((await server.ended()).signal, 'SIGKILL');
    for (const { name, problems } of await checkHome(home.path)) assert.deepEqual(problems, [], name);

    server = await startServerProcess(environment);
    assert.equal((await request('GET', '/v1/agents', token)).status, 401);
    assert.equal((await request('GET', '/agents/v1/models', key)).status, 401);
    const again = await login('owner@example.com');
    assert.equal((await request('GET', `/v1/accounts/${accountId}`, again)).status, 404);
    await until(
      'it to be erased',
      () => call('GET', `/v1/audit?object_id=${accountId}&action=account.erased`, again),
      (log) => at(log, 'total') === 1,
    );
    await server.stop('SIGTERM');
    for (const { name, problems } of await checkHome(home.path)) assert.deepEqual(problems, [], name);
    const file = openDataFile(`${home.path}/muster.db`, { snapshot: true });
    for (const table of ['users', 'agents', 'jobs', 'turns', 'documents', 'usage', 'agent_keys'] as const) {
      const rows = file.build.selectFrom(table).selectAll().where('account_id', '=', accountId);
      assert.deepEqual(await file.all(rows), [], table);
    }
    file.close();
  });
}
