import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Canary, startCanary } from '../../src/lib/guarded-http/canary.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('documents by their address', () => {
  let test: TestApp;
  let site: Canary;
  let agentId: string;
  let content = '# Prices\n\nThe red kettle costs 40 crowns.';
  /** While it is set a request gets no answer. */
  let isSilent = false;
  before(async () => {
    site = await startCanary((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site');
      if (isSilent) return;
      switch (pathname) {
        case '/prices.md':
          return response.end(content);
        case '/page':
          response.setHeader('content-type', 'text/html; charset=utf-8');
          return response.end('<html><body><h1>Hours</h1><p>We open at nine.</p></body></html>');
        case '/moved':
          return response.writeHead(302, { location: '/page' }).end();
        case '/picture.png':
          return response.end(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
        case '/empty':
          return response.end();
        case '/huge.txt':
          return response.end(Buffer.alloc(21 * 1024 * 1024, 'a'));
        default:
          return response.writeHead(404).end('no');
      }
    });
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: site.host });
    agentId = await test.createAgent(test.owner);
  });
  after(async () => {
    await test.close();
    await site[Symbol.asyncDispose]();
  });

  const path = () => `/agents/${agentId}/documents`;
  const url = (where: string) => `http://${site.host}${where}`;
  const add = (where: string, fields: object = {}) =>
    test.owner.call('POST', path(), { url: url(where), ...fields });
  const settled = async (id: string) => {
    await test.app.knowledge.waitUntilSettled(test.owner.accountId, id);
    return test.owner.call('GET', `${path()}/${id}`);
  };

  it('is fetched in the background, read and found', async () => {
    const added = await add('/prices.md');
    assert.equal(added.status, 201, added.text);
    assert.partialDeepStrictEqual(added.body, { name: 'prices.md', status: 'queued' });
    const document = await settled(added.field('id'));
    assert.partialDeepStrictEqual(document.body, {
      status: 'ready',
      media_type: 'text/markdown',
      source_url: url('/prices.md'),
      size_bytes: content.length,
    });
    const found = await test.owner.call('POST', `/agents/${agentId}/search`, { query: 'red kettle' });
    assert.match(found.text, /40 crowns/);
  });

  it('its kind is told by content and content-type, its name by its address unless one is given', async () => {
    const page = await settled((await add('/page')).field('id'));
    assert.partialDeepStrictEqual(page.body, { name: 'page', status: 'ready', media_type: 'text/html' });
    assert.match(page.field('text'), /We open at nine/);
    const moved = await settled((await add('/moved', { name: 'Opening hours' })).field('id'));
    assert.partialDeepStrictEqual(moved.body, {
      name: 'Opening hours',
      status: 'ready',
      media_type: 'text/html',
    });
  });

  it('what cannot be taken fails with the reason', async () => {
    const reasons: [string, RegExp][] = [
      ['/nothing-here', /HTTP 404/],
      ['/picture.png', /picture \(PNG\)/],
      ['/empty', /nothing/],
      ['/huge.txt', /larger than 20 MB/],
    ];
    for (const [where, reason] of reasons) {
      const document = await settled((await add(where)).field('id'));
      assert.equal(document.field('status'), 'failed', where);
      assert.match(document.field('error'), reason);
    }
    const nowhere = await test.owner.call('POST', path(), { url: 'https://docs.invalid/handbook.pdf' });
    assert.match((await settled(nowhere.field('id'))).field('error'), /cannot be reached/);
    assert.equal((await test.owner.call('DELETE', `${path()}/${nowhere.field('id')}`)).status, 204);
  });

  it('the same address is the same document; one that failed is fetched anew', async () => {
    const first = await add('/prices.md');
    const known = site.requests.length;
    assert.equal((await add('/prices.md')).field('id'), first.field('id'));
    assert.equal(site.requests.length, known);

    const failed = (await add('/picture.png')).field('id');
    await settled(failed);
    content = 'changed';
    const again = await test.owner.call('POST', `${path()}/${failed}/retry`);
    assert.equal(again.status, 202, again.text);
    assert.equal((await settled(failed)).field('status'), 'failed');
    assert.ok(site.requests.length > known + 1);
  });

  it('one that is deleted while it is fetched leaves nothing behind', async () => {
    isSilent = true;
    const known = site.requests.length;
    const id = (await add('/page', { name: 'slow.html' })).field('id');
    await until('the page to be asked for', () => site.requests.length > known);
    assert.equal((await test.owner.call('DELETE', `${path()}/${id}`)).status, 204);
    isSilent = false;
    assertError(await test.owner.call('GET', `${path()}/${id}`), 404, 'NOT_FOUND');
  });

  it('what is wrong with an address is named, and a private one is refused', async () => {
    for (const wrong of [
      'handbook.pdf',
      'ftp://example.com/a',
      'file:///etc/passwd',
      'http://127.0.0.1:1/',
      'http://169.254.169.254/latest',
      'http://u:p@example.com/',
    ]) {
      assertInvalid(await test.owner.call('POST', path(), { url: wrong }), 'url');
    }
    assertInvalid(await test.owner.call('POST', path(), { url: url('/page'), text: 'x' }), 'text');
    assertInvalid(await test.owner.call('POST', path(), { url: '' }), 'url');
    assert.equal(
      at((await test.owner.call('GET', path())).body, 'documents.0.name') === 'handbook.pdf',
      false,
    );
  });
});
