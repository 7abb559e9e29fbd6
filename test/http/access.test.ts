import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ROLES, roleAllows } from '../../src/accounts/index.ts';
import { PUBLIC_ROUTES } from '../../src/http/platform-api/index.ts';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { pathOfNewObject, readPath } from './objects.ts';
import { type PlatformRoute, platformRoutes } from './platform-routes.ts';
import { assertError } from './replies.ts';

const routes = await platformRoutes();
const guarded = routes.filter(({ role }) => role !== 'public');
const withObject = guarded.filter(({ path }) => path.includes(':') || path.includes('*'));
/** Named by what everybody has: their paths lead to no object of one account. */
const ofAccounts = withObject.filter(({ path }) => !/^\/(tools\/:name|models)\//.test(path));
const nameOf = ({ method, path }: PlatformRoute): string => `${method} ${path}`;

describe('who may use a route', () => {
  let test: TestApp;
  let other: Person;
  let people: ReadonlyMap<string, Person>;

  before(async () => {
    // Where nothing listens, for webhooks.
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
    other = await test.addAccount();
    const made = await Promise.all(
      ROLES.map(async (role) => [role, await test.addPerson(test.owner, role)] as const),
    );
    people = new Map(made);
  });
  after(() => test.close());

  const personOf = (role: string): Person => {
    const person = people.get(role);
    assert.ok(person);
    return person;
  };
  const pathFor = (route: PlatformRoute, owner = test.owner): Promise<string> =>
    withObject.includes(route) ? pathOfNewObject(test, owner, route.path) : Promise.resolve(route.path);
  /** A body that every route with one refuses, so that a call that is allowed changes nothing. */
  const bodyFor = ({ hasBody }: PlatformRoute): unknown => (hasBody ? { no_such_field: true } : undefined);

  it('the public routes are those on the list and no others', () => {
    const open = routes.filter(({ role }) => role === 'public').map(nameOf);
    assert.deepEqual(open.sort(), [...PUBLIC_ROUTES].sort());
    assert.ok(guarded.length > 40);
  });

  it('each route takes the role that the contract gives it', () => {
    const declared = Object.groupBy(guarded, ({ role }) => role);
    const named = Object.fromEntries(
      Object.entries(declared).map(([role, found = []]) => [role, found.map(nameOf).sort()]),
    );
    assert.deepEqual(named, CONTRACT);
  });

  for (const route of guarded) {
    it(`${nameOf(route)} is closed without a credential and to agent keys`, async () => {
      const path = `/api/v1${await pathFor(route)}`;
      const anonymous = await test.request(route.method, path, { body: bodyFor(route) });
      assertError(anonymous, 401, 'UNAUTHORIZED');
      const garbage = await test.request(route.method, path, { body: bodyFor(route), token: 'a.b.c' });
      assertError(garbage, 401, 'UNAUTHORIZED');
      const { key } = await test.createKey(test.owner);
      const byKey = await test.request(route.method, path, { body: bodyFor(route), token: key });
      assertError(byKey, 403, 'FORBIDDEN');
      assert.match(byKey.text, /auth\/login/);
    });

    it(`${nameOf(route)} is open to ${route.role} and above, and to nobody below`, async () => {
      for (const role of ROLES) {
        // Sessions are a person's own, and signing out ends one.
        const isOwn = /^\/auth\/(logout|sessions)/.test(route.path);
        const person = isOwn ? await test.addPerson(test.owner, role) : personOf(role);
        const path = await pathFor(route, isOwn ? person : test.owner);
        const reply = await person.call(route.method, path, bodyFor(route));
        if (route.role === 'operator' && path.startsWith('/accounts/')) {
          assertError(reply, 404, 'NOT_FOUND');
        } else if (
          route.role === 'operator' ||
          !roleAllows(role, route.role === 'public' ? 'viewer' : route.role)
        ) {
          assertError(reply, 403, 'FORBIDDEN');
        } else {
          assert.ok(![401, 403, 404, 500].includes(reply.status), `${role}: ${reply.status} ${reply.text}`);
        }
      }
    });
  }

  for (const route of ofAccounts) {
    it(`${nameOf(route)} tells another account's object from none in no way, and leaves it as it is`, async () => {
      const path = await pathFor(route);
      const state = readPath(path);
      const before = state === undefined ? undefined : (await test.owner.call('GET', state)).text;
      for (const person of [other, await test.addPerson(other, 'viewer')]) {
        for (const body of route.hasBody ? [{}, { no_such_field: true }] : [undefined]) {
          const foreign = await person.call(route.method, path, body);
          const unknown = await person.call(route.method, altered(path), body);
          assertError(foreign, 404, 'NOT_FOUND');
          assert.deepEqual(withoutIds(foreign), withoutIds(unknown));
        }
      }
      if (state !== undefined) assert.equal((await test.owner.call('GET', state)).text, before);
    });
  }

  it('a list has what is of the account and nothing else', async () => {
    await test.createAgent(test.owner);
    await test.createKey(test.owner);
    const stranger = await test.addAccount();
    const lists = {
      agents: '/agents',
      crews: '/crews',
      tasks: '/tasks',
      executions: '/executions',
      keys: '/agent-keys',
      providers: '/providers',
      tools: '/tools/custom',
      servers: '/tools/mcp',
      conversations: '/conversations',
      usage: '/usage',
      webhooks: '/webhooks',
      schedules: '/schedules',
    };
    for (const [name, path] of Object.entries(lists)) {
      const reply = await stranger.call('GET', path);
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(at(reply.body, name), [], name);
      assert.equal(at(reply.body, 'total'), 0, name);
    }
    const users = await stranger.call('GET', '/users');
    assert.equal(at(users.body, 'total'), 1);
  });

  it('an id of any form that is not an id of ours is a 404', async () => {
    for (const id of [
      '%00',
      'a'.repeat(200),
      '..%2F..',
      '%E2%82%AC',
      "'%20OR%201=1",
      '__proto__',
      'constructor',
    ]) {
      const reply = await test.owner.call('GET', `/agents/${id}`);
      assertError(reply, 404, 'NOT_FOUND');
    }
  });

  it('the routes are the same under /v1', async () => {
    const { token } = test.owner;
    const [long, short] = await Promise.all(
      ['/api/v1/agents', '/v1/agents'].map((path) => test.request('GET', path, { token })),
    );
    assert.equal(long?.status, 200);
    assert.equal(short?.text, long?.text);
  });
});

/** CONTRACT.md section 10, "Roles in detail". */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  viewer: [
    'DELETE /auth/sessions',
    'DELETE /auth/sessions/:session_id',
    'GET /agents',
    'GET /agents/:id',
    'GET /agents/:id/documents',
    'GET /agents/:id/documents/:document_id',
    'GET /agents/:id/versions',
    'GET /agents/:id/versions/:version',
    'GET /analytics/performance',
    'GET /analytics/usage',
    'GET /auth/me',
    'GET /auth/sessions',
    'GET /batches/:id',
    'GET /billing',
    'GET /conversations',
    'GET /conversations/:id',
    'GET /crews',
    'GET /crews/:id',
    'GET /crews/:id/export',
    'GET /crews/:id/inputs',
    'GET /documents/:id',
    'GET /executions',
    'GET /executions/:id',
    'GET /executions/:id/events',
    'GET /executions/:id/traces',
    'GET /executions/:id/waits',
    'GET /memory/:crew_id',
    'GET /models',
    'GET /runs/:id',
    'GET /schedules',
    'GET /schedules/:id',
    'GET /tasks',
    'GET /tasks/:id',
    'GET /tools',
    'GET /tools/custom',
    'GET /tools/custom/:id',
    'GET /tools/mcp',
    'GET /tools/mcp/:id',
    'GET /usage',
    'GET /usage/summary',
    'POST /agents/:id/search',
    'POST /agents/:id/try',
    'POST /auth/logout',
    'POST /sandbox/tokens',
    'PUT /auth/password',
  ],
  editor: [
    'DELETE /agents/:id',
    'DELETE /agents/:id/documents/:document_id',
    'DELETE /crews/:id',
    'DELETE /schedules/:id',
    'DELETE /tasks/:id',
    'DELETE /tools/custom/:id',
    'DELETE /tools/mcp/:id',
    'PATCH /agents/:id',
    'PATCH /crews/:id',
    'PATCH /schedules/:id',
    'PATCH /tasks/:id',
    'PATCH /tools/custom/:id',
    'PATCH /tools/mcp/:id',
    'POST /agents',
    'POST /agents/:id/documents',
    'POST /agents/:id/documents/:document_id/reindex',
    'POST /agents/:id/documents/:document_id/retry',
    'POST /agents/:id/documents/reindex',
    'POST /agents/:id/versions/:version/restore',
    'POST /crews',
    'POST /crews/import',
    'POST /executions',
    'POST /executions/:id/rerun',
    'POST /executions/:id/resume',
    'POST /executions/:id/stop',
    'POST /executions/batch',
    'POST /memory/:crew_id/clear',
    'POST /schedules',
    'POST /schedules/:id/run',
    'POST /tasks',
    'POST /tools/:name/test',
    'POST /tools/custom',
    'POST /tools/mcp',
    'POST /tools/mcp/:id/refresh',
    'PUT /agents/:id',
    'PUT /crews/:id',
    'PUT /tasks/:id',
    'PUT /tools/custom/:id',
    'PUT /tools/mcp/:id',
  ],
  admin: [
    'DELETE /agent-keys/:id',
    'DELETE /conversations/:id',
    'DELETE /models/*',
    'DELETE /models/:model/price',
    'DELETE /providers/:id',
    'DELETE /sandbox/data',
    'DELETE /users/:id',
    'DELETE /webhooks/:id',
    'GET /agent-keys',
    'GET /agent-keys/:id',
    'GET /audit',
    'GET /providers',
    'GET /providers/:id',
    'GET /users',
    'GET /users/:id',
    'GET /webhooks',
    'GET /webhooks/:id',
    'GET /webhooks/:id/deliveries',
    'GET /webhooks/:id/deliveries/:delivery_id',
    'PATCH /agent-keys/:id',
    'PATCH /providers/:id',
    'PATCH /users/:id',
    'PATCH /webhooks/:id',
    'POST /agent-keys',
    'POST /agents/:id/widget-tokens',
    'POST /providers',
    'POST /providers/:id/test',
    'POST /users',
    'POST /users/:id/setup-link',
    'POST /webhooks',
    'POST /webhooks/:id/deliveries/:delivery_id/replay',
    'POST /webhooks/:id/rotate-secret',
    'POST /webhooks/:id/test',
    'PUT /models/*',
    'PUT /models/:model/price',
  ],
  owner: ['DELETE /account', 'GET /account/export', 'POST /billing/credits'],
  operator: [
    'DELETE /accounts/:id',
    'GET /accounts',
    'GET /accounts/:id',
    'PATCH /accounts/:id',
    'POST /accounts',
    'POST /accounts/:id/credits',
  ],
};

/** The same path to an object that nobody has. */
function altered(path: string): string {
  return path.replace(/(_[0-9A-Za-z]{5})[0-9A-Za-z]{6}/g, '$1aaaaaa');
}

function withoutIds({ body }: Reply): string {
  return JSON.stringify(body).replace(
    /(req|sess|run|agent|key|user|doc|prov|conv|acct|crew|task|job|batch|tool_custom|mcp|whd|wh|sched)_[0-9A-Za-z]+/g,
    '$1_…',
  );
}
