import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Canary, startCanary } from '../../src/lib/guarded-http/canary.ts';
import { at, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

/** Spellings of places inside; `P` is the canary's port. */
const INSIDE = [
  'http://127.0.0.1:P/',
  'http://127.1:P/',
  'http://2130706433:P/',
  'http://0x7f000001:P/',
  'http://0177.0.0.1:P/',
  'http://0:P/',
  'http://0.0.0.0:P/',
  'http://①②⑦.⓪.⓪.①:P/',
  'http://127.0.0.1.:P/',
  'http://localhost:P/',
  'http://LOCALHOST.:P/',
  'http://%6c%6f%63%61%6c%68%6f%73%74:P/',
  'http://[::1]:P/',
  'http://[::]:P/',
  'http://[::ffff:127.0.0.1]:P/',
  'http://[::ffff:7f00:1]:P/',
  'http://[64:ff9b::7f00:1]:P/',
  'http://[2002:7f00:1::]:P/',
  'https://127.0.0.1:P/',
  'http://169.254.169.254/latest/meta-data',
  'http://[fd00:ec2::254]/latest',
  'http://100.100.100.200/',
  'http://10.0.0.1/',
  'http://192.168.1.1/',
  'http://user:pass@127.0.0.1:P/',
  'http://example.com@127.0.0.1:P/',
  'http://127.0.0.1:P\\@example.com/',
  'http://example.com\t@127.0.0.1:P/',
  'gopher://127.0.0.1:P/_GET',
  'file:///etc/passwd',
  'ftp://127.0.0.1:P/',
  'data:text/plain,hello',
  '//127.0.0.1:P/',
];

describe('hostile addresses', () => {
  let test: TestApp;
  /** Of the inside: nobody may ever connect to it. */
  let canary: Canary;
  /** The operator has opened this one, and it redirects to the canary. */
  let listed: Canary;
  let agentId: string;
  before(async () => {
    canary = await startCanary();
    listed = await startCanary((request, response) => {
      const status = request.method === 'GET' ? 302 : 307;
      response.writeHead(status, { location: `http://localhost:${canary.port}/inside` }).end();
    });
    test = await startTestApp({
      MUSTER_TOOL_ALLOW_HOSTS: listed.host,
      // Allowing a host for the tool does not make a private address reachable.
      MUSTER_HTTP_REQUEST_HOSTS: `127.0.0.1:${canary.port},localhost:${canary.port},[::1]:${canary.port},${listed.host}`,
    });
    agentId = await test.createAgent(test.owner);
  });
  after(async () => {
    await test.close();
    await canary[Symbol.asyncDispose]();
    await listed[Symbol.asyncDispose]();
  });

  let made = 0;
  const post = (path: string, body: unknown) => test.owner.call('POST', path, body);
  const settle = async (reply: Reply) => {
    if (reply.status !== 201) return reply;
    const id = reply.field('id');
    await test.app.knowledge.waitUntilSettled(test.owner.accountId, id);
    return test.owner.call('GET', `/agents/${agentId}/documents/${id}`);
  };
  /** Each way by which an address of a user's gets to be asked for, as far as it goes. */
  const WAYS: Record<string, (url: string) => Promise<Reply>> = {
    'a custom tool': async (endpoint) => {
      const name = `tool_${++made}`;
      const reply = await post('/tools/custom', { name, description: 'x', endpoint, method: 'GET' });
      return reply.status === 201 ? post(`/tools/${name}/test`, {}) : reply;
    },
    'an argument in the address of a custom tool': async (given) => {
      const name = `tool_${++made}`;
      const endpoint = `http://${listed.host}/{path}`;
      await post('/tools/custom', { name, description: 'x', endpoint, method: 'GET' });
      return post(`/tools/${name}/test`, { arguments: { path: given } });
    },
    'an MCP server': (url) => post('/tools/mcp', { name: `server${++made}`, url }),
    'a document': async (url) => settle(await post(`/agents/${agentId}/documents`, { url })),
    http_request: (url) => post('/tools/http_request/test', { arguments: { url } }),
  };

  for (const [way, ask] of Object.entries(WAYS)) {
    it(`${way}: no spelling reaches the inside, and no reply holds anything of it`, async () => {
      for (const one of INSIDE) {
        const reply = await ask(one.replaceAll('P', String(canary.port)));
        assert.ok(isRefusal(reply), `${one}: ${reply.status} ${reply.text}`);
        assert.ok(!reply.text.includes('secret of the inside'), one);
      }
      assert.deepEqual(canary.connections, []);
    });

    it(`${way}: a redirect to the inside is not followed`, async () => {
      const reply = await ask(`http://${listed.host}/away`);
      assert.ok(isRefusal(reply), `${reply.status} ${reply.text}`);
      assert.deepEqual(canary.connections, []);
      assert.ok(listed.connections.length > 0);
    });
  }
});

/** Refused at once, or kept with its failure, or told to the model as an error. */
function isRefusal({ status, body }: Reply): boolean {
  if (status === 400) return true;
  return at(body, 'is_error') === true || at(body, 'status') === 'error' || at(body, 'status') === 'failed';
}
