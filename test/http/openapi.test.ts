import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Spectral } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import type { ApiDocument, Operation } from '../../src/http/openapi/index.ts';
import { TAGS } from '../../src/http/openapi/tags.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { pathOfNewObject, readPath } from './objects.ts';
import { platformRoutes } from './platform-routes.ts';

const run = promisify(execFile);

/** Why a rule of the linters does not fit. */
const SPECTRAL_EXCEPTIONS: Readonly<Record<string, string>> = {
  'contact-properties': 'whoever runs the server has no address that the source could know',
  'license-url': 'OpenAPI 3.1 has either url or identifier; the identifier is exact',
  'openapi-tags-alphabetical': 'tags stand in the order in which people need them',
};
/** A health check without parameters has no request that could be wrong. */
const REDOCLY_EXCEPTIONS = ['operation-4xx-response'];
/** A tool is tried by its name, and no tool can be called `custom` or `mcp`. */
const AMBIGUOUS_PATHS = /tools\/(custom|mcp)\/\{id\}` and `\/api\/v1\/tools\/\{name\}\/test`/;

describe('the API document', () => {
  let test: TestApp;
  let document: ApiDocument;
  let operations: { name: string; operation: Operation }[];

  before(async () => {
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
    const reply = await test.request('GET', '/openapi.json');
    assert.equal(reply.status, 200);
    document = JSON.parse(reply.text);
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    );
  });
  after(() => test.close());

  it('is the same at the root and under the Platform API, and needs no credential', async () => {
    const texts = await Promise.all(
      ['/openapi.json', '/api/v1/openapi.json', '/v1/openapi.json'].map(
        async (path) => (await test.request('GET', path)).text,
      ),
    );
    assert.equal(new Set(texts).size, 1);
    assert.equal(document.openapi, '3.1.0');
    assert.doesNotMatch(texts[0] ?? '', /127\.0\.0\.1|localhost/);
  });

  it('has every route of both APIs', async () => {
    const names = new Set(operations.map(({ name }) => name));
    const routes = await platformRoutes();
    const shown = routes.filter(({ path }) => !path.includes('*') && !path.startsWith('/docs'));
    for (const { method, path } of shown) {
      const name = `${method} /api/v1${path.replace(/:(\w+)/g, '{$1}')}`;
      assert.ok(names.has(name), `${name} is missing`);
    }
    for (const name of ['POST /api/agents/v1/chat/completions', 'GET /api/agents/v1/models']) {
      assert.ok(names.has(name), `${name} is missing`);
    }
  });

  it('says of every route what it is for and what it answers', () => {
    const ids = new Set<string>();
    for (const { name, operation } of operations) {
      assert.notEqual(operation.summary, '', `${name} has no summary`);
      assert.equal(operation.tags.length, 1, `${name} has no tag`);
      for (const tag of operation.tags)
        assert.ok(TAGS[tag], `${name}: say what '${tag}' is in openapi/tags.ts`);
      const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      assert.ok(good.length > 0, `${name} has no reply; give it a response schema or config.replies`);
      for (const [status, response] of good) {
        if (status === '204') continue;
        assert.ok('content' in response && response.content, `${name} ${status} has no schema`);
      }
      assert.ok(!ids.has(operation.operationId), `${operation.operationId} twice`);
      ids.add(operation.operationId);
    }
  });

  it('tells of If-Match wherever an ETag is given, and it holds there', async () => {
    const takesTag = ({ operation }: { operation: Operation }) =>
      JSON.stringify(operation.parameters ?? []).includes('IfMatch');
    const guarded = operations.filter(takesTag).map(({ name }) => name.split(' /api/v1'));
    assert.equal(
      guarded.length,
      17,
      'agents, crews and tasks are put, patched and deleted; versions restored; schedules, webhooks and providers are patched and deleted; secrets rotated',
    );
    for (const [method = '', path = ''] of guarded) {
      const route = path.replace(/\{(\w+)\}/g, ':$1');
      const real = await pathOfNewObject(test, test.owner, route);
      const object = readPath(real) ?? real;
      const read = await test.owner.call('GET', object);
      assert.match(read.headers.get('etag') ?? '', /^"[\w-]+"$/, object);
      const headers = document.paths[`/api/v1${readPath(path)}`]?.get?.responses['200'];
      assert.ok(JSON.stringify(headers).includes('#/components/headers/ETag'), path);
      const body = method === 'DELETE' ? undefined : {};
      const late = await test.owner.call(method, real, body, { 'if-match': '"0"' });
      assert.equal(late.status, 409, `${method} ${real} ${late.text}`);
      assert.equal((await test.owner.call('GET', object)).text, read.text);
    }
  });

  it('passes all rules of Spectral', async () => {
    const spectral = new Spectral();
    // The two packages disagree on the type of a ruleset; this is how their own command line puts them together.
    spectral.setRuleset({ extends: [[oas, 'all']] } as unknown as Parameters<Spectral['setRuleset']>[0]);
    const found = await spectral.run(JSON.stringify(document));
    const problems = found
      .filter(({ code }) => SPECTRAL_EXCEPTIONS[code] === undefined)
      .map(({ code, path, message }) => `${code} at ${path.join('/')}: ${message}`);
    assert.deepEqual(problems, []);
  });

  it('passes the strict rules of Redocly', async () => {
    const folder = tempFolder();
    const file = join(folder.path, 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const cli = join(
      dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')),
      'bin/cli.js',
    );
    const skipped = REDOCLY_EXCEPTIONS.flatMap((rule) => ['--skip-rule', rule]);
    const { stdout } = await run(
      process.execPath,
      [cli, 'lint', file, '--extends', 'recommended-strict', '--format', 'json', ...skipped],
      { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    ).catch((error: { stdout: string }) => error);
    folder.remove();
    const { problems }: { problems: { ruleId: string; message: string }[] } = JSON.parse(stdout);
    const found = problems.filter(
      ({ ruleId, message }) => !(ruleId === 'no-ambiguous-paths' && AMBIGUOUS_PATHS.test(message)),
    );
    assert.deepEqual(found, []);
  });

  for (const base of ['', '/api/v1']) {
    it(`${base}/docs shows it from this server alone, with no script in the page`, async () => {
      const page = await test.request('GET', `${base}/docs`);
      assert.equal(page.status, 200);
      const policy = page.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /script-src 'self'(;|$)/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(page.text, /https?:|<script>|\son\w+=/);
      const links = [...page.text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, link = '']) => link);
      assert.equal(links.length, 3);
      for (const link of links) {
        const asset = await test.request('GET', `${base}/${link}`);
        assert.equal(asset.status, 200, link);
        assert.match(asset.headers.get('content-type') ?? '', /^text\/(css|javascript)/);
        assert.equal(asset.headers.get('x-content-type-options'), 'nosniff');
      }
    });
  }
});
