import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import {
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamPlan,
} from '../../src/testing/scripted-upstream.ts';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { endOf } from '../http/objects.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
export const CALL_USD = 0.002;
const CREDIT_USD = 10;

/**
 * For the top of a describe: a server whose `openai` provider does what `answer` says. Each test has an account of its
 * own, whose credit has to add up afterwards.
 */
export function crewsOverProvider() {
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let person: Person;

  before(async () => {
    upstream = await startScriptedUpstream();
    test = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream-secret' });
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });
  beforeEach(async () => {
    person = await test.addAccount();
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      output_usd_per_million: 2,
    });
    answer((prompt) => ({ text: `Done: ${prompt.split('\n')[0]}` }));
  });
  /** Whatever a test did: nothing stays on hold, and the bill's lines are what left the balance. */
  afterEach(async () => {
    const { body } = await until(
      'all holds to be given back',
      () => person.call('GET', '/billing'),
      (reply) => at(reply.body, 'held_usd') === 0,
    );
    const rows = at((await person.call('GET', '/usage?limit=100')).body, 'usage');
    assert.ok(Array.isArray(rows));
    const spent = rows.reduce((sum, row) => sum + Math.round(Number(at(row, 'cost_usd')) * 1e9), 0);
    assert.equal(Math.round(Number(at(body, 'balance_usd')) * 1e9) + spent, Math.round(CREDIT_USD * 1e9));
  });

  interface Seen {
    readonly prompt: string;
    readonly system: string;
    readonly body: unknown;
  }
  let seen: Seen[] = [];
  /** Lets the provider answer by the last user message, and notes what it was asked. */
  function answer(plan: (prompt: string, call: Seen) => UpstreamPlan): void {
    seen = [];
    upstream.play(({ body }) => {
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
    const made = await person.call('POST', '/crews', {
      name: 'Crew',
      memory: false,
      agents: [agent('Worker')],
      ...fields,
    });
    assert.equal(made.status, 201, made.text);
    return made.field('id');
  }
  async function start(crewId: string, inputs: object = {}): Promise<string> {
    const started = await person.call('POST', '/executions', { crew_id: crewId, inputs });
    assert.equal(started.status, 202, started.text);
    return started.field('job_id');
  }
  const run = async (fields: object, inputs: object = {}): Promise<Reply> =>
    endOf(person, await start(await crew(fields), inputs));
  const job = (id: string) => person.call('GET', `/executions/${id}`);
  async function events(id: string): Promise<Record<string, unknown>[]> {
    const { text } = await person.call('GET', `/executions/${id}/events`);
    return [...text.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
  }
  async function actions(id: string): Promise<string[]> {
    const traces = at((await person.call('GET', `/executions/${id}/traces`)).body, 'traces');
    assert.ok(Array.isArray(traces));
    return traces.map((row) => String(at(row, 'action')));
  }

  return {
    ...{ answer, agent, crew, start, run, job, events, actions, until },
    get upstream() {
      return upstream;
    },
    get test() {
      return test;
    },
    /** The owner of this test's account. */
    get person() {
      return person;
    },
    /** What the provider was asked since the last `answer`. */
    get seen() {
      return seen;
    },
  };
}
