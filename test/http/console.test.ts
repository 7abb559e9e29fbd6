import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { consolePages, createConsoleFiles, createServer } from '../../src/http/index.ts';
import { createIds } from '../../src/lib/ids.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGES = [
  '/',
  '/agents',
  '/agents/agent_1',
  '/crews/c',
  '/runs/r',
  '/conversations',
  '/knowledge/doc_1?start=1',
];
const FIRST_PAGE_BYTES = 250_000;

/** A module of the build with what it brings along. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

describe('the console', () => {
  let test: TestApp;
  before(async () => {
    await promisify(execFile)(process.execPath, [fileURLToPath(new URL('scripts/build-console.mjs', ROOT))]);
    test = await startTestApp();
  });
  after(() => test.close());

  const get = (path: string, headers: Record<string, string> = {}) => test.request('GET', path, { headers });

  it('is one page at each of its paths, and nowhere else', async () => {
    const [first, ...others] = await Promise.all(
      [...PAGES, '/tools', '/keys', '/usage', '/settings/users', '/login', '/setup?token=x'].map((path) =>
        get(path),
      ),
    );
    assert.equal(first?.status, 200);
    assert.match(first?.headers.get('content-type') ?? '', /^text\/html/);
    for (const { text } of others) assert.equal(text, first?.text);
    for (const path of ['/nothing', '/assets', '/assets/nothing.js', '/api/v1/nothing', '/v1/nothing']) {
      assert.equal((await get(path)).status, 404, path);
    }
  });

  it('is at every path that its router has, so that each page can be reloaded and linked to', async () => {
    const router = readFileSync(new URL('web/src/router.tsx', ROOT), 'utf8');
    const paths = [...router.matchAll(/\b(?:page|outside)\('(\/[^']*)'/g)].map(([, path = '']) => path);
    assert.ok(paths.length > 10);
    for (const path of paths) assert.equal((await get(path.replace(/\$\w+/g, 'x'))).status, 200, path);
  });

  it('lets in no script and style but its own files, and no frame', async () => {
    const page = await get('/');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /style-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(page.text, /https?:\/\/|<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it('sends files compressed as the browser takes them; their names are their content, so they are kept', async () => {
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec((await get('/')).text) ?? [];
    const texts = await Promise.all(
      ['br, gzip', 'gzip', 'identity', 'br;q=0, gzip;q=0'].map(async (accepted) => {
        const reply = await get(script, { 'accept-encoding': accepted });
        assert.match(reply.headers.get('cache-control') ?? '', /immutable/);
        assert.match(reply.headers.get('content-type') ?? '', /^text\/javascript/);
        assert.equal(reply.headers.get('vary'), 'Accept-Encoding');
        return { encoding: reply.headers.get('content-encoding'), text: reply.text };
      }),
    );
    assert.deepEqual(
      texts.map(({ encoding }) => encoding),
      ['br', 'gzip', null, null],
    );
    assert.equal(new Set(texts.map(({ text }) => text)).size, 1);
  });

  it('the page is asked for again each time, and answered in one line when it has not changed', async () => {
    const first = await get('/agents');
    assert.equal(first.headers.get('cache-control'), 'no-cache');
    const etag = first.headers.get('etag') ?? '';
    const again = await get('/', { 'if-none-match': etag });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
  });

  it('gives out nothing that lies outside of its build', async () => {
    for (const name of [
      '..%2f..%2fpackage.json',
      '%2e%2e%2fconsole-build.json',
      '.vite%2fmanifest.json',
      '..',
    ]) {
      const reply = await get(`/assets/${name}`);
      assert.ok(reply.status === 404 || /<!doctype html>/.test(reply.text), `${name}: ${reply.status}`);
      assert.doesNotMatch(reply.text, /"folder"|"version"/);
    }
  });

  it('needs less than 250 KB of compressed script for its first page', () => {
    const { folder } = JSON.parse(readFileSync(new URL('dist/console-build.json', ROOT), 'utf8'));
    const build = new URL(`dist/${folder}/`, ROOT);
    const chunks: Record<string, Chunk> = JSON.parse(
      readFileSync(new URL('.vite/manifest.json', build), 'utf8'),
    );
    const needed = new Set<string>();
    const take = (name: string): void => {
      if (needed.has(name)) return;
      needed.add(name);
      for (const each of chunks[name]?.imports ?? []) take(each);
    };
    take('index.html');
    take('src/pages/overview/page.tsx');
    const files = [...needed].map((name) => chunks[name]?.file ?? '');
    const total = files.reduce((sum, file) => sum + statSync(new URL(`${file}.gz`, build)).size, 0);
    assert.ok(files.length > 2 && total > 50_000, 'the first page was found');
    assert.ok(total < FIRST_PAGE_BYTES, `${total} bytes`);
  });

  it('says how to build it where it is not, and the APIs do not mind', async () => {
    const folder = tempFolder();
    const server = createServer({
      ids: createIds(),
      logger: await createLogger('silent'),
      trustProxy: false,
    });
    consolePages(server, { files: createConsoleFiles(new URL(`file://${folder.path}/`)) });
    const reply = await server.inject('/agents');
    assert.equal(reply.statusCode, 503);
    assert.match(reply.body, /npm ci/);
    await server.close();
    folder.remove();
  });
});
