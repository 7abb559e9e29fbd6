import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { runCommandLine } from '../../src/cli/index.ts';
import { appWithReceiver } from '../http/app-with-receiver.ts';
import { createCrew, endOf } from '../http/objects.ts';

describe('muster webhook and muster schedule', () => {
  const server = appWithReceiver();

  async function muster(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const shown = { out: '', err: '' };
    const screen = (name: 'out' | 'err') =>
      new PassThrough().on('data', (chunk) => {
        shown[name] += chunk;
      });
    const code = await runCommandLine(args, {
      env: { MUSTER_URL: server.test.url, MUSTER_TOKEN: server.test.owner.token },
      input: new PassThrough(),
      output: screen('out'),
      errors: screen('err'),
    });
    // What was written last is read in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    return { code, ...shown };
  }
  const ok = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await muster(...args);
    assert.equal(code, 0, err);
    return out.trim();
  };
  const listed = async (...args: string[]): Promise<Record<string, unknown>[]> =>
    JSON.parse(await ok(...args, '--json'));

  it('makes a webhook, tests it, replays what it was sent and deletes it', async () => {
    const secret = await ok(
      'webhook',
      'create',
      server.receiver.url,
      '--event',
      'job.completed',
      '--event',
      'job.failed',
    );
    assert.match(secret, /^whsec_\S+$/);
    const [webhook, ...others] = await listed('webhook', 'list');
    assert.deepEqual(others, []);
    assert.deepEqual(webhook?.events, ['job.completed', 'job.failed']);
    const id = String(webhook?.id);
    assert.equal(await ok('webhook', 'test', id), 'delivered');
    server.receiver.answer(500);
    const failed = await muster('webhook', 'test', id);
    assert.equal(failed.code, 1);
    assert.match(failed.err, /did not take it/);
    server.receiver.answer(204);

    const { crewId } = await createCrew(server.test.owner);
    const scheduleId = await ok(
      'schedule',
      'create',
      crewId,
      '--cron',
      '0 9 * * 1-5',
      '--timezone',
      'Europe/Berlin',
    );
    await endOf(server.test.owner, await ok('schedule', 'run', scheduleId));
    const isJob = ({ body }: { body: string }) => body.includes('job.completed');
    const [sent] = await server.receiver.waitFor(1, isJob);
    const deliveries = await listed('webhook', 'deliveries', id);
    const delivery = deliveries.find(({ event }) => event === 'job.completed');
    assert.match(await ok('webhook', 'replay', id, String(delivery?.id)), /^\S+$/);
    const again = await server.receiver.waitFor(2, isJob);
    assert.equal(again[1]?.headers['webhook-id'], sent?.headers['webhook-id']);

    const [schedule] = await listed('schedule', 'list');
    assert.equal(schedule?.id, scheduleId);
    assert.equal(schedule.timezone, 'Europe/Berlin');
    await ok('schedule', 'delete', scheduleId);
    assert.deepEqual(await listed('schedule', 'list'), []);
    await ok('webhook', 'delete', id);
    assert.deepEqual(await listed('webhook', 'list'), []);
  });

  it('says what is wrong with what was given', async () => {
    const { crewId } = await createCrew(server.test.owner);
    const bad = await muster('schedule', 'create', crewId, '--cron', 'every day');
    assert.equal(bad.code, 1);
    assert.match(bad.err, /cron/);
    const tasks = [{ description: 'About {topic}' }];
    const { crewId: asking } = await createCrew(server.test.owner, { tasks });
    const short = await muster('schedule', 'create', asking, '--cron', '0 9 * * 1');
    assert.equal(short.code, 1);
    assert.ok(
      short.err.includes(`muster schedule create ${asking} --cron '0 9 * * 1' --input topic=…`),
      short.err,
    );
    const silent = await muster('webhook', 'create', server.receiver.url);
    assert.equal(silent.code, 1);
    assert.match(silent.err, /events/);
    assert.equal((await muster('schedule', 'run', 'schedule_unknown')).code, 1);
  });
});
