import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { addDocument } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const MEGABYTE = 1024 * 1024;

describe('documents', () => {
  let test: TestApp;
  let agentId: string;
  before(async () => {
    test = await startTestApp();
    agentId = await test.createAgent(test.owner);
  });
  after(() => test.close());

  const documents = () => `/agents/${agentId}/documents`;
  const send = (body: unknown, headers = {}) => test.owner.call('POST', documents(), body, headers);
  const settled = (id: string) => test.app.knowledge.waitUntilSettled(test.owner.accountId, id);
  const form = (files: Record<string, string | Uint8Array<ArrayBuffer>>) => {
    const data = new FormData();
    for (const [name, content] of Object.entries(files)) data.append('file', new Blob([content]), name);
    return data;
  };

  it('a text becomes ready, is read with its passages, and is found', async () => {
    const added = await send({ name: 'launch.md', text: '# Codes\n\nThe launch code is ultramarine.' });
    assert.equal(added.status, 201, added.text);
    const id = added.field('id');
    assert.partialDeepStrictEqual(added.body, { name: 'launch.md', documents: [{ id, agent_id: agentId }] });
    assert.match(added.field('status'), /^(queued|indexing|ready)$/);
    await settled(id);
    const one = await test.owner.call('GET', `${documents()}/${id}`);
    assert.partialDeepStrictEqual(one.body, { status: 'ready', error: null, chunk_count: 1 });
    const text = one.field('text');
    const chunk = at(one.body, 'chunks.0');
    assert.equal(text.slice(Number(at(chunk, 'start')), Number(at(chunk, 'end'))), at(chunk, 'text'));
    const found = await test.owner.call('POST', `/agents/${agentId}/search`, {
      query: 'launch code',
      limit: 1,
    });
    assert.partialDeepStrictEqual(at(found.body, 'results.0'), { document_id: id, document: 'launch.md' });
    assert.match(found.field('results.0.text'), /ultramarine/);
    assert.ok(Number(at(found.body, 'results.0.score')) > 0);
    assert.equal(
      text.slice(Number(at(found.body, 'results.0.start')), Number(at(found.body, 'results.0.end'))),
      found.field('results.0.text'),
    );
  });

  it('several files come at once', async () => {
    const added = await send(form({ 'one.txt': 'The first of two.', 'two.txt': 'The second of two.' }));
    assert.equal(added.status, 201, added.text);
    assert.equal(at(added.body, 'documents.length'), 2);
    assert.equal(at(added.body, 'id'), undefined);
    assert.deepEqual(
      [0, 1].map((index) => added.field(`documents.${index}.name`)),
      ['one.txt', 'two.txt'],
    );
    const alone = await send(form({ 'three.txt': 'Alone.' }));
    assert.equal(alone.field('name'), 'three.txt');
    assert.equal(alone.field('id'), alone.field('documents.0.id'));
  });

  it('a file that cannot be taken does not keep the others out, and is named', async () => {
    const mixed = await send(form({ 'good.txt': 'Good text.', 'bad.bin': new Uint8Array([0, 1, 2, 3]) }));
    assert.equal(mixed.status, 201, mixed.text);
    assert.equal(at(mixed.body, 'documents.length'), 1);
    assert.partialDeepStrictEqual(at(mixed.body, 'errors'), [
      { name: 'bad.bin', code: 'document_type_unsupported' },
    ]);
  });

  it('what cannot be taken at all is refused in words, and nothing is kept', async () => {
    const total = async () => at((await test.owner.call('GET', documents())).body, 'total');
    const before = await total();
    assertError(await send(form({ 'bad.bin': new Uint8Array([0, 1, 2, 3]) })), 415, 'UNSUPPORTED_MEDIA_TYPE');
    assertError(await send(form({ 'empty.txt': '' })), 400, 'VALIDATION_ERROR');
    assertError(await send(form({ 'large.txt': 'x'.repeat(20 * MEGABYTE + 1) })), 413, 'PAYLOAD_TOO_LARGE');
    assertInvalid(await send(form({})), 'file');
    const withField = new FormData();
    withField.append('note', 'not a file');
    assertInvalid(await send(withField), 'note');
    assertInvalid(await send('garbage', { 'content-type': 'multipart/form-data; boundary=x' }), 'body');
    assertInvalid(await send('garbage', { 'content-type': 'multipart/form-data' }), 'body');
    assertError(await send('garbage', { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    assertInvalid(await send({ name: 'x.txt' }), 'text');
    assertInvalid(await send({ text: 'x' }), 'name');
    assertInvalid(await send({ name: 'x', text: 'y', kind: 'z' }), 'kind');
    assertInvalid(await send(undefined), 'body');
    assert.equal(await total(), before);
  });

  it('more files than a request may have are refused', async () => {
    const names = Array.from({ length: 101 }, (_, index) => [`${index}.txt`, `Text ${index}`]);
    const agent = await test.createAgent(test.owner);
    const reply = await test.owner.call(
      'POST',
      `/agents/${agent}/documents`,
      form(Object.fromEntries(names)),
    );
    assertError(reply, 413, 'PAYLOAD_TOO_LARGE');
  });

  it('a file of 20 MB less a byte is taken', async () => {
    const added = await send(form({ 'long.txt': 'word '.repeat(4 * MEGABYTE).slice(0, 20 * MEGABYTE - 1) }));
    assert.equal(added.status, 201, added.text);
    assert.equal(at(added.body, 'documents.0.size_bytes'), 20 * MEGABYTE - 1);
    assert.equal((await test.owner.call('DELETE', `${documents()}/${added.field('id')}`)).status, 204);
  });

  it('the list is paged, newest first, and knows why one failed; only that one can be retried', async () => {
    const agent = await test.createAgent(test.owner);
    const path = `/agents/${agent}/documents`;
    await addDocument(test.owner, agent);
    const broken = await test.owner.call('POST', path, form({ 'broken.pdf': '%PDF-1.7\nnot really one' }));
    assert.equal(broken.status, 201, broken.text);
    await settled(broken.field('id'));
    const list = await test.owner.call('GET', `${path}?limit=1`);
    assert.partialDeepStrictEqual(list.body, {
      documents: [{ id: broken.field('id'), status: 'failed' }],
      total: 2,
    });
    assert.notEqual(list.field('documents.0.error'), '');
    const retried = await test.owner.call('POST', `${path}/${broken.field('id')}/retry`);
    assert.equal(retried.status, 202, retried.text);
    await settled(broken.field('id'));
    const second = await test.owner.call('GET', `${path}?limit=1&page=2`);
    const ready = second.field('documents.0.id');
    await settled(ready);
    assertError(await test.owner.call('POST', `${path}/${ready}/retry`), 409, 'CONFLICT');
  });

  it('one document, or all of an agent, are read again and stay as they are read', async () => {
    const agent = await test.createAgent(test.owner);
    const path = `/agents/${agent}/documents`;
    const id = await addDocument(test.owner, agent);
    await settled(id);
    const before = await test.owner.call('GET', `${path}/${id}`);
    const read = () =>
      until(
        'the document to be read again',
        () => test.owner.call('GET', `${path}/${id}`),
        ({ body }) => at(body, 'status') === 'ready' && at(body, 'reindexing') === false,
      );
    const one = await test.owner.call('POST', `${path}/${id}/reindex`);
    assert.equal(one.status, 202, one.text);
    assert.equal(one.field('id'), id);
    assert.deepEqual(at((await read()).body, 'chunks'), at(before.body, 'chunks'));
    const all = await test.owner.call('POST', `${path}/reindex`);
    assert.deepEqual([all.status, all.body], [202, { count: 1 }]);
    assert.equal((await read()).field('text'), before.field('text'));
    assertError(await test.owner.call('POST', `${path}/doc_none/reindex`), 404, 'NOT_FOUND');
  });

  it('a deleted document is gone for good', async () => {
    const added = await send({ name: 'secret.txt', text: 'The password is periwinkle.' });
    const path = `${documents()}/${added.field('id')}`;
    await settled(added.field('id'));
    assert.equal((await test.owner.call('DELETE', path)).status, 204);
    assertError(await test.owner.call('GET', path), 404, 'NOT_FOUND');
    assertError(await test.owner.call('DELETE', path), 404, 'NOT_FOUND');
    const found = await test.owner.call('POST', `/agents/${agentId}/search`, { query: 'periwinkle' });
    assert.deepEqual(at(found.body, 'results'), []);
  });

  it('a document is found under its own agent only', async () => {
    const other = await test.createAgent(test.owner);
    const id = await addDocument(test.owner, agentId);
    assertError(await test.owner.call('GET', `/agents/${other}/documents/${id}`), 404, 'NOT_FOUND');
    assertError(await test.owner.call('DELETE', `/agents/${other}/documents/${id}`), 404, 'NOT_FOUND');
    assert.equal((await test.owner.call('GET', `${documents()}/${id}`)).status, 200);
  });

  it('a search needs a query, and bounds its limit', async () => {
    const search = (body: unknown) => test.owner.call('POST', `/agents/${agentId}/search`, body);
    assertInvalid(await search({}), 'query');
    assertInvalid(await search({ query: '' }), 'query');
    assertInvalid(await search({ query: 'x', limit: 0 }), 'limit');
    assertInvalid(await search({ query: 'x', limit: 51 }), 'limit');
    assertInvalid(await search({ query: 'x', top: 1 }), 'top');
    const hostile = await search({ query: `") OR 1=1 -- NEAR( * ^ "` });
    assert.equal(hostile.status, 200, hostile.text);
  });
});
