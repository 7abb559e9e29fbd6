import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { at, type Person, type Reply } from '../../src/testing/test-app.ts';
import { appWithReceiver } from './app-with-receiver.ts';
import { createCrew, endOf, startJob, talk } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const ALL = [
  ...['job.completed', 'job.failed', 'job.stopped', 'job.waiting_for_input', 'task.completed'],
  'conversation.message',
];

describe('webhooks', () => {
  const server = appWithReceiver();

  const add = async (person: Person, fields: object = {}): Promise<Reply> => {
    const made = await person.call('POST', '/webhooks', { url: server.receiver.url, events: ALL, ...fields });
    assert.equal(made.status, 201, made.text);
    return made;
  };
  /** What came to this person's own path. */
  const place = () => `${server.receiver.url}/${crypto.randomUUID()}`;
  const messages = async (url: string, count: number) => {
    const { pathname } = new URL(url);
    const found = await server.receiver.waitFor(count, ({ path }) => path === pathname);
    return found.map(({ body }) => JSON.parse(body));
  };

  it('are kept, changed and removed; the secret is in the first reply and in no other', async () => {
    const person = await server.test.addAccount();
    const made = await add(person, { description: 'Orders' });
    assert.match(made.field('secret'), /^whsec_[A-Za-z0-9+/]{43}=$/);
    const id = made.field('id');
    const read = await person.call('GET', `/webhooks/${id}`);
    assert.partialDeepStrictEqual(read.body, {
      ...{
        id,
        url: server.receiver.url,
        description: 'Orders',
        events: ALL,
        enabled: true,
        failing_since: null,
      },
    });
    const disabled = await person.call('PATCH', `/webhooks/${id}`, {
      enabled: false,
      events: ['job.failed'],
    });
    assert.partialDeepStrictEqual(disabled.body, { enabled: false, events: ['job.failed'] });
    assert.match(disabled.field('disabled_reason'), /by hand/);
    const list = await person.call('GET', '/webhooks');
    assert.equal(at(list.body, 'total'), 1);
    for (const reply of [read, disabled, list]) assert.ok(!reply.text.includes('whsec_'), reply.text);
    assert.equal((await person.call('DELETE', `/webhooks/${id}`)).status, 204);
    assertError(await person.call('GET', `/webhooks/${id}`), 404, 'NOT_FOUND');
    const log = await person.call('GET', '/audit');
    for (const action of ['webhook.created', 'webhook.updated', 'webhook.deleted'])
      assert.ok(log.text.includes(action), `${action} is not on the audit log`);
  });

  it('refuse private addresses that are not allowed, unknown events and what is no address', async () => {
    const person = await server.test.addAccount();
    const events = ['job.completed'];
    const refused = async (fields: object, field: string) =>
      assertInvalid(
        await person.call('POST', '/webhooks', { url: server.receiver.url, events, ...fields }),
        field,
      );
    await refused({ url: 'http://127.0.0.1:1/' }, 'url');
    await refused({ url: 'http://169.254.169.254/latest' }, 'url');
    await refused({ url: 'ftp://example.com/' }, 'url');
    await refused({ url: 'http://name:password@example.com/' }, 'url');
    await refused({ events: [] }, 'events');
    await refused({ events: ['job.exploded'] }, 'events.0');
  });

  it('tell of a conversation’s message', async () => {
    const person = await server.test.addAccount();
    const url = place();
    const made = await add(person, { url });
    const conversationId = await talk(server.test, person, 'Good evening');
    const [message] = await messages(url, 1);
    assert.partialDeepStrictEqual(message, {
      type: 'conversation.message',
      data: {
        ...{ conversation_id: conversationId, status: 'completed', user: null },
        ...{ input: 'Good evening', output: 'Sandbox: Good evening' },
      },
    });
    assert.match(message.data.message_id, /^msg_/);
    const [sent] = server.receiver.received.filter(({ path }) => url.endsWith(path));
    assert.ok(sent && new Webhook(made.field('secret')).verify(sent.body, sent.headers));
  });

  it('tell of a job’s tasks, its waiting for a person and its end', async () => {
    const person = await server.test.addAccount();
    const url = place();
    await add(person, { url });
    const task = { name: 'write', description: 'Write', expected_output: 'A line', agent: 'Writer' };
    const { crewId } = await createCrew(person, { tasks: [{ ...task, human_input: true }] });
    const jobId = await startJob(person, crewId);
    const [waiting] = await messages(url, 1);
    assert.partialDeepStrictEqual(waiting, {
      type: 'job.waiting_for_input',
      data: { job_id: jobId, crew_id: crewId },
    });
    const answer = { task_id: waiting.data.task_id, approve: true };
    assert.equal((await person.call('POST', `/executions/${jobId}/resume`, answer)).status, 200);
    const ended = await endOf(person, jobId);
    const told = await messages(url, 3);
    const [completed] = told.filter(({ type }) => type === 'job.completed');
    assert.equal(completed.data.result, ended.field('result'));
    const [done] = told.filter(({ type }) => type === 'task.completed');
    assert.partialDeepStrictEqual(done.data, { job_id: jobId, task_id: waiting.data.task_id });
  });

  it('tell of jobs that fail and jobs that are stopped', async () => {
    const person = await server.test.addAccount();
    const url = place();
    await add(person, { url, events: ['job.failed', 'job.stopped'] });
    const task = { name: 'write', expected_output: 'A line', agent: 'Writer' };
    const broken = await createCrew(person, { tasks: [{ ...task, description: '[[fail 400]]' }] });
    const failed = await startJob(person, broken.crewId);
    const slow = await createCrew(person, { tasks: [{ ...task, description: '[[wait 60000]]' }] });
    const stopped = await startJob(person, slow.crewId);
    await person.call('POST', `/executions/${stopped}/stop`);
    await endOf(person, failed);
    const told = await messages(url, 2);
    const byType = new Map(told.map(({ type, data }) => [type, data]));
    assert.equal(byType.get('job.failed').job_id, failed);
    assert.equal(typeof byType.get('job.failed').error.message, 'string');
    assert.equal(byType.get('job.stopped').job_id, stopped);
  });

  it('show what was sent, page by page, and send it again', async () => {
    const person = await server.test.addAccount();
    const url = place();
    const id = (await add(person, { url })).field('id');
    const tried = await person.call('POST', `/webhooks/${id}/test`);
    assert.partialDeepStrictEqual(tried.body, { event: 'webhook.test', status: 'delivered', attempts: 1 });
    assert.equal(at(tried.body, 'log.0.status'), 204);
    await talk(server.test, person);
    await messages(url, 2);
    const list = await person.call('GET', `/webhooks/${id}/deliveries?limit=1`);
    assert.equal(at(list.body, 'total'), 2);
    assert.equal(at(list.body, 'deliveries.0.event'), 'conversation.message');
    const delivery = list.field('deliveries.0.id');
    const replayed = await person.call('POST', `/webhooks/${id}/deliveries/${delivery}/replay`);
    assert.equal(replayed.status, 202, replayed.text);
    assert.equal(replayed.field('message_id'), list.field('deliveries.0.message_id'));
    await messages(url, 3);
    await person.call('PATCH', `/webhooks/${id}`, { enabled: false });
    const refused = await person.call('POST', `/webhooks/${id}/deliveries/${delivery}/replay`);
    assertError(refused, 409, 'CONFLICT');
  });
});
