import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createGuardedHttp, type GuardedHttp, type GuardedRequest } from '../../lib/guarded-http/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createTools, type ToolContext, type ToolsOptions } from '../index.ts';
import { testContext, testKnowledge, testPassage } from '../test-context.ts';

const NO_SEARCH = { TAVILY_API_KEY: undefined, BRAVE_API_KEY: undefined, SEARXNG_URL: undefined };

function call(
  name: string,
  args: JsonObject,
  parts: Partial<ToolsOptions> = {},
  context: Partial<ToolContext> = {},
) {
  const tools = createTools({
    config: NO_SEARCH,
    guardedHttp: createGuardedHttp({ allowHosts: [] }),
    knowledge: testKnowledge(),
    clock: { now: () => Date.UTC(2026, 10, 21, 23, 30, 5, 250) },
    ...parts,
  });
  return tools.runTool(tools.require(name), JSON.stringify(args), testContext(context), { timeoutMs: 5_000 });
}

/** Answers each request with the same reply and keeps what was asked. */
function fakeHttp(status: number, reply: unknown, headers: Record<string, string> = {}) {
  const asked: GuardedRequest[] = [];
  const allowed: string[] = [];
  const http: GuardedHttp = {
    async request(request) {
      asked.push(request);
      const body = Buffer.from(typeof reply === 'string' ? reply : JSON.stringify(reply));
      return { status, headers: new Headers(headers), body, finalUrl: request.url };
    },
    vet: async () => {},
    allowing(hosts) {
      allowed.push(...hosts);
      return http;
    },
  };
  return { http, asked, allowed };
}

test('calculator answers with the bare result, or with what is wrong', async () => {
  assert.deepEqual(await call('calculator', { expression: '17 * 23' }), { output: '391', isError: false });
  const wrong = await call('calculator', { expression: 'constructor' });
  assert.equal(wrong.isError, true);
  assert.match(wrong.output, /cannot be calculated/);
});

test('current_time tells the time of the clock in UTC or a time zone', async () => {
  const utc = await call('current_time', {});
  assert.equal(utc.output, 'Saturday, 2026-11-21T23:30:05+00:00 (UTC). In UTC: 2026-11-21T23:30:05Z');
  const tokyo = await call('current_time', { timezone: 'Asia/Tokyo' });
  assert.equal(tokyo.output, 'Sunday, 2026-11-22T08:30:05+09:00 (Asia/Tokyo). In UTC: 2026-11-21T23:30:05Z');
  const wrong = await call('current_time', { timezone: 'Mars/Olympus' });
  assert.equal(wrong.isError, true);
  assert.match(wrong.output, /'Mars\/Olympus' is not a time zone/);
});

test('knowledge_search numbers its passages in the fixed form and hands them over in that order', async () => {
  const passages = [
    testPassage(),
    testPassage({ documentName: 'a\nb.txt', heading: '', text: ' Two lines\nof text. \n' }),
  ];
  const knowledge = testKnowledge(passages);
  const first = await call('knowledge_search', { query: 'refunds' }, { knowledge });
  assert.equal(
    first.output,
    '[1] handbook.md › Refunds\nRefunds take 14 days.\n\n[2] a b.txt\nTwo lines\nof text.\n',
  );
  assert.deepEqual(first.passages, passages);
  const later = await call(
    'knowledge_search',
    { query: 'x', limit: 1 },
    { knowledge },
    { firstPassageNumber: 8 },
  );
  assert.equal(later.output, '[8] handbook.md › Refunds\nRefunds take 14 days.\n');
  assert.deepEqual(later.passages, passages.slice(0, 1));
});

test('an empty line ends a passage of knowledge_search, and there is none within one', async () => {
  const text = 'One.\n\n[2] b › c\n\n\nTwo.';
  const { output } = await call(
    'knowledge_search',
    { query: 'x' },
    { knowledge: testKnowledge([testPassage({ text })]) },
  );
  assert.equal(output, '[1] handbook.md › Refunds\nOne.\n \n[2] b › c\n \n \nTwo.\n');
});

test('knowledge_search says when nothing was found, and sees the agent’s own documents only', async () => {
  const knowledge = testKnowledge([testPassage()]);
  for (const context of [{ accountId: 'acct_2' }, { agentId: 'agent_2' }]) {
    const outcome = await call('knowledge_search', { query: 'refunds' }, { knowledge }, context);
    assert.equal(outcome.isError, false);
    assert.match(outcome.output, /No passage/);
    assert.deepEqual(outcome.passages, []);
  }
  assert.equal((await call('knowledge_search', { query: 'x', limit: 11 }, { knowledge })).isError, true);
});

test('file_reader reads a document in parts by name or id, and lists what there is', async () => {
  const knowledge = testKnowledge([], '0123456789'.repeat(3));
  const part = await call('file_reader', { name: 'handbook.md', offset: 5, limit: 10 }, { knowledge });
  assert.equal(
    part.output,
    'handbook.md, characters 5 to 15 of 30:\n\n5678901234\n\n[Go on with offset 15.]',
  );
  const rest = await call('file_reader', { name: 'doc_1', offset: 25 }, { knowledge });
  assert.equal(rest.output, 'handbook.md, characters 25 to 30 of 30:\n\n56789');
  assert.match(
    (await call('file_reader', { name: 'doc_1', offset: 30 }, { knowledge })).output,
    /ends at character 30/,
  );
  const unknown = await call('file_reader', { name: '../../etc/passwd' }, { knowledge });
  assert.equal(unknown.isError, true);
  assert.match(unknown.output, /no document '\.\.\/\.\.\/etc\/passwd'.*\n- handbook\.md \(doc_1, ready\)/);
  assert.match((await call('file_reader', {}, { knowledge })).output, /- handbook\.md/);
  const foreign = await call('file_reader', { name: 'doc_1' }, { knowledge }, { accountId: 'acct_2' });
  assert.match(foreign.output, /There is no document 'doc_1'\. The agent has no documents\./);
});

test('web_search without a provider says so and asks nobody', async () => {
  const { http, asked } = fakeHttp(200, {});
  const outcome = await call('web_search', { query: 'cats' }, { guardedHttp: http });
  assert.equal(outcome.isError, true);
  assert.match(outcome.output, /No search provider is set up.*TAVILY_API_KEY, BRAVE_API_KEY or SEARXNG_URL/);
  assert.deepEqual(asked, []);
});

test('web_search speaks to Tavily, Brave and SearXNG and shows results in one form', async () => {
  const entry = { title: 'A <strong>cat</strong>', url: 'https://cats.example/' };
  const shown = '1. A cat\n   https://cats.example/\n   About cats.';
  const junk = [{ title: 'x', url: 'javascript:alert(1)' }, null, { title: 'no address' }];

  const tavily = fakeHttp(200, { results: [{ ...entry, content: 'About cats.' }, ...junk] });
  const config = { TAVILY_API_KEY: 'tvly-1', BRAVE_API_KEY: 'brave-1', SEARXNG_URL: undefined };
  const viaTavily = await call(
    'web_search',
    { query: 'cats', limit: 3 },
    { config, guardedHttp: tavily.http },
  );
  assert.deepEqual(viaTavily, { output: shown, isError: false });
  assert.equal(tavily.asked[0]?.url, 'https://api.tavily.com/search');
  assert.equal(tavily.asked[0]?.headers?.authorization, 'Bearer tvly-1');
  assert.deepEqual(JSON.parse(String(tavily.asked[0]?.body)), { query: 'cats', max_results: 3 });

  const brave = fakeHttp(200, { web: { results: [{ ...entry, description: 'About <b>cats</b>.' }] } });
  const braveConfig = { ...NO_SEARCH, BRAVE_API_KEY: 'brave-1' };
  const viaBrave = await call(
    'web_search',
    { query: 'big & cats' },
    { config: braveConfig, guardedHttp: brave.http },
  );
  assert.equal(viaBrave.output, shown);
  assert.equal(brave.asked[0]?.url, 'https://api.search.brave.com/res/v1/web/search?q=big+%26+cats&count=5');
  assert.equal(brave.asked[0]?.headers?.['x-subscription-token'], 'brave-1');

  const searxng = fakeHttp(200, {
    results: Array.from({ length: 30 }, () => ({ ...entry, content: 'About cats.' })),
  });
  const searxngConfig = { ...NO_SEARCH, SEARXNG_URL: 'http://10.0.0.5:8888/s' };
  const parts = { config: searxngConfig, guardedHttp: searxng.http };
  const viaSearxng = await call('web_search', { query: 'cats', limit: 2 }, parts);
  assert.equal(viaSearxng.output, `${shown}\n\n${shown.replace('1.', '2.')}`);
  assert.equal(searxng.asked[0]?.url, 'http://10.0.0.5:8888/s/search?q=cats&format=json');
  assert.deepEqual(searxng.allowed, ['10.0.0.5:8888']);
});

test('web_search reaches a SearXNG on a private address although tools may not', async () => {
  const results = [{ title: 'Cat', url: 'https://cats.example/', content: 'About cats.' }];
  await using server = await startServer(() => JSON.stringify({ results }));
  const guardedHttp = createGuardedHttp({ allowHosts: [] });
  const config = { ...NO_SEARCH, SEARXNG_URL: server.url };
  const parts = { config, guardedHttp, httpRequestHosts: [new URL(server.url).host] };
  assert.match((await call('web_search', { query: 'cats' }, parts)).output, /^1\. Cat/);
  const direct = await call('http_request', { url: server.url }, parts);
  assert.match(direct.output, /cannot be reached/);
});

test('web_search tells failures of the provider without its key', async () => {
  const config = { ...NO_SEARCH, TAVILY_API_KEY: 'tvly-secret' };
  const cases: [number, unknown, RegExp][] = [
    [401, { error: 'bad key tvly-secret' }, /refused the server's access \(HTTP 401\)/],
    [429, '', /limits the rate/],
    [500, 'tvly-secret', /failed \(HTTP 500\)/],
    [200, 'not json', /not a result list/],
    [200, { results: 5 }, /not a result list/],
    [200, [], /not a result list/],
  ];
  for (const [status, reply, said] of cases) {
    const outcome = await call(
      'web_search',
      { query: 'x' },
      { config, guardedHttp: fakeHttp(status, reply).http },
    );
    assert.equal(outcome.isError, true);
    assert.match(outcome.output, said);
    assert.doesNotMatch(outcome.output, /tvly/);
  }
  const none = await call(
    'web_search',
    { query: 'x' },
    { config, guardedHttp: fakeHttp(200, { results: [] }).http },
  );
  assert.deepEqual(none, { output: 'The search found nothing. Try other words.', isError: false });
});

test('http_request is off until a host is allowed', async () => {
  const { http, asked } = fakeHttp(200, 'ok');
  const outcome = await call('http_request', { url: 'https://api.example.com/' }, { guardedHttp: http });
  assert.equal(outcome.isError, true);
  assert.match(outcome.output, /http_request is off/);
  assert.deepEqual(asked, []);
});

test('http_request reaches allowed hosts only, of the server or of the agent', async () => {
  const { http, asked } = fakeHttp(200, 'ok');
  const parts = {
    guardedHttp: http,
    httpRequestHosts: ['api.example.com', '*.wild.example', 'ported.example:8443'],
  };
  const context = { allowedHosts: ['own.example'] };
  const open = [
    'https://api.example.com/x',
    'http://API.example.com/',
    'https://a.b.wild.example/',
    'https://ported.example:8443/',
    'https://own.example/',
  ];
  const shut = [
    'https://example.com/',
    'https://evil-api.example.com/',
    'https://api.example.com.evil.example/',
    'https://api.example.com:8443/',
    'https://wild.example/',
    'https://evilwild.example/',
    'https://ported.example/',
    'https://api.example.com@evil.example/',
    'https://evil.example/#api.example.com',
    'not a url',
  ];
  for (const url of open)
    assert.equal((await call('http_request', { url }, parts, context)).isError, false, url);
  for (const url of shut)
    assert.equal((await call('http_request', { url }, parts, context)).isError, true, url);
  assert.equal(asked.length, open.length);
  assert.equal(asked[0]?.allowUrl?.(new URL('https://own.example/')), true);
  assert.equal(asked[0]?.allowUrl?.(new URL('https://evil.example/')), false);
});

test('http_request sends what it was told, with an idempotency key, and returns the reply as text', async () => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  await using server = await startServer((request, body) => {
    seen.push({ request, body });
    return '{"made":true}';
  });
  const host = new URL(server.url).host;
  const parts = { guardedHttp: createGuardedHttp({ allowHosts: [host] }), httpRequestHosts: [host] };
  const args = { url: `${server.url}/things`, method: 'POST', headers: { 'X-A': '1' }, body: '{"a":1}' };
  const outcome = await call('http_request', args, parts);
  assert.deepEqual(outcome, {
    output: `HTTP 200 from ${server.url}/things\ncontent-type: application/json\n\n{"made":true}`,
    isError: false,
  });
  assert.equal(seen[0]?.request.method, 'POST');
  assert.equal(seen[0]?.body, '{"a":1}');
  assert.equal(seen[0]?.request.headers['x-a'], '1');
  assert.equal(seen[0]?.request.headers['idempotency-key'], 'run_1:call_1');
  const smuggled = await call('http_request', { ...args, headers: { Host: 'evil.example' } }, parts);
  assert.match(smuggled.output, /header 'host' cannot be set/);
});

test('http_request marks error statuses and does not show bytes as text', async () => {
  const hosts = { httpRequestHosts: ['a.example'] };
  const url = 'https://a.example/';
  const missing = await call('http_request', { url }, { ...hosts, guardedHttp: fakeHttp(404, 'gone').http });
  assert.equal(missing.isError, true);
  assert.match(missing.output, /^HTTP 404 from .*\n.*\n\ngone$/);
  const bytes = await call('http_request', { url }, { ...hosts, guardedHttp: fakeHttp(200, 'PNG\0\0').http });
  assert.match(bytes.output, /\(5 bytes that are not text\)/);
  const latin = fakeHttp(200, 'x', { 'content-type': 'text/plain; charset=nonsense' });
  assert.equal((await call('http_request', { url }, { ...hosts, guardedHttp: latin.http })).isError, false);
});

async function startServer(reply: (request: IncomingMessage, body: string) => string) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(reply(request, body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
