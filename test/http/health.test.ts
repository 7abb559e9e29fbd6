import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';

describe('health', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  for (const prefix of ['', '/api/v1', '/v1']) {
    it(`${prefix}/health and /health/ready answer without a credential`, async () => {
      const health = await test.request('GET', `${prefix}/health`);
      assert.equal(health.status, 200);
      assert.equal(health.field('status'), 'ok');
      assert.match(health.field('version'), /^\d+\.\d+\.\d+/);
      const ready = await test.request('GET', `${prefix}/health/ready`);
      assert.equal(ready.status, 200, ready.text);
    });
  }
});
