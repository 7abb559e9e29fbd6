import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { PASSWORD, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

const run = promisify(execFile);

/** What newman reports of one request. */
interface Execution {
  readonly item: { readonly name: string };
  readonly request: { readonly method: string; readonly url: { readonly path: readonly string[] } };
  readonly response?: { readonly code: number; readonly stream: { readonly data: readonly number[] } };
  readonly assertions?: readonly {
    readonly assertion: string;
    readonly error?: { readonly message: string };
  }[];
}

describe('the Postman collection', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('is served at the root and under the Platform API, with the variables that people set', async () => {
    const reply = await test.request('GET', '/postman/muster-api-v1.json');
    assert.equal((await test.request('GET', '/api/v1/postman/muster-api-v1.json')).text, reply.text);
    const collection = JSON.parse(reply.text);
    const names = collection.variable.map(({ key }: { key: string }) => key);
    for (const name of ['baseUrl', 'email', 'password', 'accessToken', 'agentKey']) {
      assert.ok(names.includes(name), name);
    }
    const email = collection.variable.find(({ key }: { key: string }) => key === 'email');
    assert.equal(email.value, 'owner@localhost', 'the owner of a fresh server');
    const folders: string[] = collection.item.map(({ name }: { name: string }) => name);
    assert.deepEqual(folders, [...new Set(folders)]);
  });

  it('has every operation of the API document once', async () => {
    const document = JSON.parse((await test.request('GET', '/openapi.json')).text);
    const collection = JSON.parse((await test.request('GET', '/postman/muster-api-v1.json')).text);
    const operations = Object.values(document.paths).flatMap((methods) => Object.keys(Object(methods)));
    const items = collection.item.flatMap((folder: { item: unknown[] }) => folder.item);
    assert.equal(items.length, operations.length);
  });

  it('runs green against a fresh server', async () => {
    const folder = tempFolder();
    const [file, report] = [join(folder.path, 'collection.json'), join(folder.path, 'report.json')];
    writeFileSync(file, (await test.request('GET', '/postman/muster-api-v1.json')).text);
    const cli = join(dirname(createRequire(import.meta.url).resolve('newman/package.json')), 'bin/newman.js');
    const settings = { baseUrl: test.url, email: test.owner.email, password: PASSWORD };
    await run(process.execPath, [
      ...[cli, 'run', file, '--reporters', 'json', '--reporter-json-export', report],
      ...Object.entries(settings).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
    ]).catch((error: Error & { code?: number }) => {
      // Newman ends with 1 when something is not green; the report says what.
      if (error.code !== 1) throw error;
    });
    const executions: Execution[] = JSON.parse(readFileSync(report, 'utf8')).run.executions;
    folder.remove();
    assert.ok(executions.length > 50);
    const problems = executions.flatMap(({ item, request, response, assertions = [] }) => {
      const call = `${item.name}: ${request.method} /${request.url.path.join('/')} ${response?.code}`;
      const body = Buffer.from(response?.stream?.data ?? [])
        .toString()
        .slice(0, 400);
      if (assertions.length < 2) return [`${call}: not checked`];
      return assertions.flatMap(({ assertion, error }) =>
        error ? [`${call}: ${assertion}: ${error.message} in ${body}`] : [],
      );
    });
    assert.deepEqual(problems, []);
  });
});
