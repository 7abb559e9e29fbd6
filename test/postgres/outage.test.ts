import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startPostgresServer } from '../../src/testing/postgres-server.ts';
import { startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, startTestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };

const outage = (engine: 'embedded' | 'dbos') => async (): Promise<void> => {
  const postgres = await startPostgresServer();
  const gone = Promise.withResolvers<void>();
  const answer = { text: 'a few words', usage: USAGE, firstByteAfter: gone.promise };
  const upstream = await startScriptedUpstream(answer);
  const test = await startTestApp({
    ...{ DATABASE_URL: postgres.url(), OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' },
    MUSTER_ENGINE: engine,
  });
  try {
    const { owner } = test;
    const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
    assert.equal((await owner.call('PUT', '/models/openai%2Fm/price', price)).status, 200);
    const agents = [{ role: 'Worker', goal: 'Work', model: 'openai/m' }];
    const tasks = ['A', 'B'].map((description) => ({ description, agent: 0 }));
    const crew = await owner.call('POST', '/crews', { name: 'Crew', memory: false, agents, tasks });
    const job = await owner.call('POST', '/executions', { crew_id: crew.field('id') });
    await until('the first call', () => upstream.calls.length > 0);
    await postgres.stop();
    const away = await owner.call('GET', '/crews');
    assert.equal(away.status, 503);
    assert.equal(away.field('error.code'), 'SERVICE_UNAVAILABLE');
    assert.ok(Number(away.headers.get('retry-after')) > 0);
    // The call comes to its end while there is nowhere to keep it.
    gone.resolve();
    await until('its end', () => upstream.calls[0]?.finished);
    await postgres.start();
    const path = `/executions/${job.field('job_id')}`;
    const ended = await until(
      'the job to end',
      () => owner.call('GET', path),
      ({ status, body }) => status === 200 && Boolean(at(body, 'finished_at')),
    );
    assert.equal(ended.field('status'), 'completed', ended.text);
    assert.equal(upstream.calls.length, 2);
    const { body } = await owner.call('GET', '/billing');
    assert.equal(Object(body).balance_usd, 9.996);
  } finally {
    await test.close();
    await upstream.close();
    await postgres.remove();
  }
};

for (const engine of ['embedded', 'dbos'] as const) {
  it(
    `PostgreSQL that goes away under a server is a 503 meanwhile; a call that ends then is kept, not repeated, and billed once (engine ${engine})`,
    outage(engine),
  );
}
