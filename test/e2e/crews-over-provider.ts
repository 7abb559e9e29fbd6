import assert from 'node:assert/strict';
import { beforeEach } from 'node:test';
import type { UpstreamPlan } from '../../src/testing/scripted-upstream.ts';
import { at, type Reply } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { endOf } from '../http/objects.ts';
import { overProvider, USAGE } from './over-provider.ts';

export { CALL_USD } from './over-provider.ts';

/** For the top of a describe: crews on a server whose provider does what `answer` says. See overProvider. */
export function crewsOverProvider() {
  const provider = overProvider();
  beforeEach(() => answer((prompt) => ({ text: `Done: ${prompt.split('\n')[0]}` })));

  interface Seen {
    readonly prompt: string;
    readonly system: string;
    readonly body: unknown;
  }
  let seen: Seen[] = [];
  /** Lets the provider answer by the last user message, and notes what it was asked. */
  function answer(plan: (prompt: string, call: Seen) => UpstreamPlan): void {
    seen = [];
    provider.upstream.play(({ body }) => {
      const messages = Array.isArray(body.messages) ? body.messages : [];
      const textOf = (role: string): string => {
        const message = messages.findLast((one) => at(one, 'role') === role);
        const content = at(message, 'content');
        return typeof content === 'string' ? content : String(at(content, '0.text') ?? '');
      };
      const call = { prompt: textOf('user'), system: textOf('system'), body };
      seen.push(call);
      return { usage: USAGE, ...plan(call.prompt, call) };
    });
  }

  const agent = (role: string, fields: object = {}) => ({
    role,
    goal: `Be ${role}`,
    model: 'openai/m',
    ...fields,
  });
  async function crew(fields: object): Promise<string> {
    const made = await provider.person.call('POST', '/crews', {
      name: 'Crew',
      memory: false,
      agents: [agent('Worker')],
      ...fields,
    });
    assert.equal(made.status, 201, made.text);
    return made.field('id');
  }
  async function start(crewId: string, inputs: object = {}): Promise<string> {
    const started = await provider.person.call('POST', '/executions', { crew_id: crewId, inputs });
    assert.equal(started.status, 202, started.text);
    return started.field('job_id');
  }
  const run = async (fields: object, inputs: object = {}): Promise<Reply> =>
    endOf(provider.person, await start(await crew(fields), inputs));
  const job = (id: string) => provider.person.call('GET', `/executions/${id}`);
  async function events(id: string): Promise<Record<string, unknown>[]> {
    const { text } = await provider.person.call('GET', `/executions/${id}/events`);
    return [...text.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
  }
  async function actions(id: string): Promise<string[]> {
    const traces = at((await provider.person.call('GET', `/executions/${id}/traces`)).body, 'traces');
    assert.ok(Array.isArray(traces));
    return traces.map((row) => String(at(row, 'action')));
  }

  return {
    ...{ answer, agent, crew, start, run, job, events, actions, until },
    get upstream() {
      return provider.upstream;
    },
    get test() {
      return provider.test;
    },
    /** The owner of this test's account. */
    get person() {
      return provider.person;
    },
    /** What the provider was asked since the last `answer`. */
    get seen() {
      return seen;
    },
  };
}
