import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { request as undiciRequest } from 'undici';
import { MusterError } from '../errors.ts';
import { type Canary, hasIpv6, startCanary } from './canary.ts';
import {
  assertGuardWorks,
  ConnectFailure,
  createGuardedDispatcher,
  createGuardedHttp,
  type ResolvedAddress,
} from './index.ts';

let canary: Canary;
before(async () => {
  canary = await startCanary();
});
after(() => canary[Symbol.asyncDispose]());

const UNREACHABLE =
  'The address cannot be reached: nothing answers there, or it is private and not in MUSTER_TOOL_ALLOW_HOSTS.';

async function refusalOf(work: Promise<unknown>): Promise<MusterError> {
  const error = await work.then(
    () => assert.fail('the request went through'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof MusterError, `not a MusterError: ${String(error)}`);
  return error;
}

function v4(address: string): ResolvedAddress {
  return { address, family: 4 };
}

/** Every spelling by which peers have let requests in; `P` is the canary's port. */
const HOSTS = [
  '127.0.0.1:P',
  '127.1:P',
  '127.0.1:P',
  '127.255.255.254:P',
  '2130706433:P',
  '0x7f000001:P',
  '0x7f.1:P',
  '0x7f.0x0.0x0.0x1:P',
  '0177.0.0.1:P',
  '017700000001:P',
  '0:P',
  '0.0.0.0:P',
  '①②⑦.⓪.⓪.①:P',
  '127。0。0。1:P',
  '127.0.0.1.:P',
  'localhost:P',
  'localhost.:P',
  'LOCALHOST:P',
  '%6c%6f%63%61%6c%68%6f%73%74:P',
  '[::1]:P',
  '[0:0:0:0:0:0:0:1]:P',
  '[::]:P',
  '[::127.0.0.1]:P',
  '[::ffff:127.0.0.1]:P',
  '[::ffff:7f00:1]:P',
  '[0:0:0:0:0:ffff:7f00:0001]:P',
  '[::ffff:0:7f00:1]:P',
  '[64:ff9b::7f00:1]:P',
  '[64:ff9b::127.0.0.1]:P',
  '[64:ff9b:1::7f00:1]:P',
  '[2002:7f00:1::]:P',
  '[2001:0:7f00:1::]:P',
  '[fd00::1]:P',
  '[fe80::1]:P',
  '[fec0::1]:P',
  '[ff02::1]:P',
  '[fd00:ec2::254]',
  '169.254.169.254',
  '[::ffff:169.254.169.254]',
  '2852039166',
  '100.64.0.1',
  '100.100.100.200',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
];

const ILL_FORMED = [
  'http://user@127.0.0.1:P/',
  'http://user:password@127.0.0.1:P/',
  'http://public.example@127.0.0.1:P/',
  'http://public.example\\@127.0.0.1:P/',
  'http://127.0.0.1:P\\@public.example/',
  'http://public.example\t@127.0.0.1:P/',
  ' http://127.0.0.1:P/',
  'http://127.0.0.1:P/\r\nX-Evil: 1',
  'http:\\\\127.0.0.1:P/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:P/_GET',
  'ftp://127.0.0.1:P/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'ws://127.0.0.1:P/',
  '//127.0.0.1:P/',
  '/etc/passwd',
  '',
];

test('no spelling of a private address reaches it, and all get the same answer', async () => {
  const http = createGuardedHttp({ allowHosts: [] });
  for (const scheme of ['http', 'https']) {
    await Promise.all(
      HOSTS.map(async (host) => {
        const url = `${scheme}://${host.replace('P', String(canary.port))}/`;
        const request = await refusalOf(http.request({ url, timeoutMs: 2_000 }));
        // Spellings that the URL parser knows to be wrong are refused for their form.
        if (request.code !== 'egress_invalid_url') {
          assert.equal(request.code, 'egress_unreachable', url);
          assert.equal(request.message, UNREACHABLE, url);
        }
        const vetted = await refusalOf(http.vet(url));
        assert.equal(vetted.message, request.message, url);
      }),
    );
  }
  assert.deepEqual(canary.connections, []);
});

test('addresses of another form than plain http and https are refused before anything is sent', async () => {
  const http = createGuardedHttp({ allowHosts: [canary.host] });
  for (const form of ILL_FORMED) {
    const url = form.replaceAll('P', String(canary.port));
    assert.equal((await refusalOf(http.request({ url }))).code, 'egress_invalid_url', url);
    assert.equal((await refusalOf(http.vet(url))).code, 'egress_invalid_url', url);
  }
  assert.deepEqual(canary.connections, []);
});

test('property: no loopback address in any notation is connected to', async () => {
  const http = createGuardedHttp({ allowHosts: [] });
  const byte = fc.integer({ min: 0, max: 255 });
  const notation = fc.constantFrom(
    (a: number, b: number, c: number) => `127.${a}.${b}.${c}`,
    (a: number, b: number, c: number) => `127.${a}.${b * 256 + c}`,
    (a: number, b: number, c: number) => `${((127 * 256 + a) * 256 + b) * 256 + c}`,
    (a: number, b: number, c: number) => `0x7f${hex(a)}${hex(b)}${hex(c)}`,
    (a: number, b: number, c: number) => `0177.0${a.toString(8)}.0x${hex(b)}.${c}`,
    (a: number, b: number, c: number) => `[::ffff:7f${hex(a)}:${hex(b)}${hex(c)}]`,
    (a: number, b: number, c: number) => `[::127.${a}.${b}.${c}]`,
    (a: number, b: number, c: number) => `[64:ff9b::7f${hex(a)}:${hex(b)}${hex(c)}]`,
    (a: number, b: number, c: number) => `[2002:7f${hex(a)}:${hex(b)}${hex(c)}::]`,
  );
  await fc.assert(
    fc.asyncProperty(notation, byte, byte, byte, async (spell, a, b, c) => {
      const url = `http://${spell(a, b, c)}:${canary.port}/`;
      assert.equal((await refusalOf(http.request({ url }))).code, 'egress_unreachable', url);
    }),
    { numRuns: 150 },
  );
  assert.deepEqual(canary.connections, []);
});

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

test('property: a name with one private address among public ones is not connected to', async () => {
  const privates = fc.constantFrom('127.0.0.1', '10.0.0.1', '::1', '::ffff:7f00:1', 'fe80::1%lo', 'nonsense');
  const publics = fc.constantFrom('93.184.216.34', '2606:4700::1111');
  await fc.assert(
    fc.asyncProperty(privates, fc.array(publics, { maxLength: 3 }), fc.nat(3), async (bad, good, at) => {
      const addresses: string[] = [...good.slice(0, at), bad, ...good.slice(at)];
      const http = createGuardedHttp({
        allowHosts: [],
        resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      });
      const url = `http://name.example:${canary.port}/`;
      assert.equal((await refusalOf(http.request({ url }))).code, 'egress_unreachable');
      assert.equal((await refusalOf(http.vet(url))).code, 'egress_unreachable');
    }),
    { numRuns: 60 },
  );
  assert.deepEqual(canary.connections, []);
});

test('a name that turns private between check and use is not connected to', async () => {
  const answers = [[v4('93.184.216.34')], [v4('127.0.0.1')]];
  const http = createGuardedHttp({ allowHosts: [], resolve: async () => answers.shift() ?? [] });
  const url = `http://rebound.example:${canary.port}/`;
  await http.vet(url);
  assert.equal((await refusalOf(http.request({ url }))).code, 'egress_unreachable');
  assert.deepEqual(canary.connections, []);
});

test('a connection that ends at a private address all the same carries no request', async () => {
  let reads = 0;
  const shifty: ResolvedAddress = {
    family: 4,
    get address() {
      return reads++ === 0 ? '93.184.216.34' : '127.0.0.1';
    },
  };
  await using inside = await startCanary();
  const http = createGuardedHttp({ allowHosts: [], resolve: async () => [shifty] });
  const error = await refusalOf(http.request({ url: `http://shifty.example:${inside.port}/` }));
  assert.equal(error.code, 'egress_unreachable');
  assert.ok(reads > 1, 'the address was not read again');
  assert.deepEqual(inside.requests, []);
});

test('an address that is to be stored is refused with what it is, and the setting that allows it', async () => {
  const http = createGuardedHttp({ allowHosts: [], resolve: async () => [v4('10.0.0.7')] });
  for (const [url, about, entry] of [
    ['http://127.0.0.1:9000/hook', /^127\.0\.0\.1 is this server itself/, '127.0.0.1:9000'],
    ['https://[::1]/', /^::1 is this server itself/, '[::1]:443'],
    ['http://192.168.1.1/', /^192\.168\.1\.1 is a private address/, '192.168.1.1:80'],
    ['http://169.254.169.254/', /^169\.254\.169\.254 is link-local/, '169.254.169.254:80'],
    ['http://0.0.0.0:81/', /^0\.0\.0\.0 is no address of the public internet/, '0.0.0.0:81'],
    ['http://inside.example:8443/', /^inside\.example is the name of an address that/, 'inside.example:8443'],
    ['http://8.8.8.8:6379/', /^port 6379 is one of mail, databases/, '8.8.8.8:6379'],
  ] as const) {
    const { details } = await refusalOf(http.vet(url));
    assert.match(details.reason ?? '', about);
    assert.match(details.reason ?? '', new RegExp(`=${RegExp.escape(entry)}$`));
    const opened = createGuardedHttp({ allowHosts: [entry], resolve: async () => [v4('10.0.0.7')] });
    await opened.vet(url);
  }
});

test('closed, unknown and forbidden cannot be told apart', async () => {
  const gone = await startCanary();
  await gone[Symbol.asyncDispose]();
  const http = createGuardedHttp({
    allowHosts: [gone.host],
    resolve: async (hostname) => {
      if (hostname === 'inside.example') return [v4('10.0.0.7')];
      throw new Error('ENOTFOUND');
    },
  });
  const urls = [
    `http://${gone.host}/`,
    'http://unknown.example/',
    'http://inside.example/',
    'http://10.0.0.7/',
  ];
  const answers = new Set<string>();
  for (const url of urls) {
    const { code, message, status, details } = await refusalOf(http.request({ url }));
    answers.add(JSON.stringify({ code, message, status, facts: details.facts, field: details.field }));
  }
  assert.equal(answers.size, 1);
});

test('a resolver that never answers is "cannot be reached" within the time limit', async () => {
  const http = createGuardedHttp({
    allowHosts: [],
    resolve: () => new Promise(() => {}),
    limits: { connectTimeoutMs: 300 },
  });
  assert.equal(
    (await refusalOf(http.request({ url: 'http://a.example/', timeoutMs: 30 }))).code,
    'egress_unreachable',
  );
  assert.equal((await refusalOf(http.request({ url: 'http://a.example/' }))).code, 'egress_unreachable');
  assert.equal((await refusalOf(http.vet('http://a.example/'))).code, 'egress_unreachable');
});

test('the operator’s list opens exactly the host and port that it names', async () => {
  await using other = await startCanary();
  await using listed = await startCanary();
  const resolve = async () => [v4('127.0.0.1')];
  const allowHosts = [`127.0.0.1:${listed.port}`, `[::1]:${listed.port}`, `Name.Example:${listed.port}`];
  const http = createGuardedHttp({ allowHosts, resolve });
  const hosts = ['127.0.0.1', 'name.example', '0x7f000001', ...(hasIpv6 ? ['[::1]'] : [])];
  for (const host of hosts) {
    const { status, body } = await http.request({ url: `http://${host}:${listed.port}/` });
    assert.equal(status, 200);
    assert.equal(body.toString(), 'secret of the inside');
    await http.vet(`http://${host}:${listed.port}/`);
    assert.equal(
      (await refusalOf(http.request({ url: `http://${host}:${other.port}/` }))).code,
      'egress_unreachable',
    );
  }
  for (const host of ['127.0.0.2', 'other.example', 'name.example.', 'x.name.example']) {
    const refused = await refusalOf(http.request({ url: `http://${host}:${listed.port}/` }));
    assert.equal(refused.code, 'egress_unreachable', host);
  }
  assert.deepEqual(other.connections, []);
  assert.equal(listed.requests.length, hosts.length);
});

test('allowing() opens further hosts for the new client only', async () => {
  await using inside = await startCanary();
  const http = createGuardedHttp({ allowHosts: [] });
  const url = `http://${inside.host}/`;
  assert.equal((await http.allowing([inside.host]).request({ url })).status, 200);
  assert.equal((await refusalOf(http.request({ url }))).code, 'egress_unreachable');
});

test('a wrong entry of the list stops the start', () => {
  for (const entry of ['localhost', 'http://localhost:80', '::1:80:', 'a b:80', ':80', 'x:99999']) {
    assert.throws(() => createGuardedHttp({ allowHosts: [entry] }), TypeError, entry);
  }
});

test('ports of other protocols are refused on public hosts', async () => {
  const http = createGuardedHttp({ allowHosts: [], resolve: async () => [v4('93.184.216.34')] });
  for (const port of [22, 25, 6379, 5432]) {
    assert.equal((await refusalOf(http.vet(`http://public.example:${port}/`))).code, 'egress_unreachable');
  }
  await http.vet('https://public.example/');
  await http.vet('http://public.example:3000/');
});

test('the dispatcher for streams makes the same check', async () => {
  await using listed = await startCanary();
  const dispatcher = createGuardedDispatcher({ allowHosts: [listed.host], pool: { connections: 2 } });
  const { body } = await undiciRequest(`http://${listed.host}/`, { dispatcher });
  assert.equal(await body.text(), 'secret of the inside');
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:7f00:1]']) {
    await assert.rejects(undiciRequest(`http://${host}:${canary.port}/`, { dispatcher }), ConnectFailure);
  }
  assert.deepEqual(canary.connections, []);
  await dispatcher.destroy();
});

test('the self-test passes on this runtime', () => assertGuardWorks());
