import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Started } from '../procs/processes.ts';

export const OWNER = { email: 'bench@example.com', password: 'a long bench passphrase' };

const READY_MS = 30_000;
const CALL_MS = 30_000;

/** Calls of a running server's Platform API; every reply is checked before it is used. */
export class MusterApi {
  readonly #base: string;
  #token: string | undefined;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}`;
  }

  /**
   * Returns once /health/ready answers well: a first start listens before its owner is made. Throws with the server's own
   * words when it ends instead.
   */
  async waitReady(server: Started, pollMs = 20): Promise<void> {
    const deadlineMs = performance.now() + READY_MS;
    while (performance.now() < deadlineMs) {
      if (server.hasEnded()) throw new Error(`${server.name} ended at its start: ${server.log()}`);
      if (await this.#isHealthy()) return;
      await sleep(pollMs);
    }
    throw new Error(`${server.name} was not healthy after ${READY_MS} ms: ${server.log()}`);
  }

  async logIn(): Promise<void> {
    const reply = await this.#call(
      'POST',
      '/api/v1/auth/login',
      OWNER,
      Type.Object({ access_token: Type.String() }),
    );
    this.#token = reply.access_token;
  }

  async createAgent(model: string, tools: readonly string[]): Promise<string> {
    const agent = {
      name: `Bench ${model}`,
      instructions: 'Answer in few words.',
      model: `openai/${model}`,
      tools,
    };
    return (await this.#call('POST', '/api/v1/agents', agent, Type.Object({ id: Type.String() }))).id;
  }

  async setPrice(model: string): Promise<void> {
    const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
    await this.#call(
      'PUT',
      `/api/v1/models/${encodeURIComponent(`openai/${model}`)}/price`,
      price,
      Type.Unknown(),
    );
  }

  async createKey(): Promise<string> {
    const Key = Type.Object({ key: Type.String() });
    return (await this.#call('POST', '/api/v1/agent-keys', { name: 'bench' }, Key)).key;
  }

  /** A crew of one agent and one task, on the upstream's model. */
  async createCrew(model: string): Promise<string> {
    const crew = {
      name: `Bench ${model}`,
      memory: false,
      agents: [{ role: 'Worker', goal: 'Work.', model: `openai/${model}` }],
      tasks: [{ description: 'Answer in few words: {topic}' }],
    };
    return (await this.#call('POST', '/api/v1/crews', crew, Type.Object({ id: Type.String() }))).id;
  }

  async startJob(crewId: string): Promise<string> {
    const job = { crew_id: crewId, inputs: { topic: 'nothing' } };
    const Started = Type.Object({ job_id: Type.String() });
    return (await this.#call('POST', '/api/v1/executions', job, Started)).job_id;
  }

  async stopJob(jobId: string): Promise<void> {
    await this.#call('POST', `/api/v1/executions/${jobId}/stop`, {}, Type.Unknown());
  }

  async startBatch(crewId: string, jobs: number, concurrency: number): Promise<string> {
    const inputs = Array.from({ length: jobs }, (_, index) => ({ topic: `number ${index}` }));
    const Started = Type.Object({ batch_id: Type.String() });
    const batch = { crew_id: crewId, inputs, concurrency };
    return (await this.#call('POST', '/api/v1/executions/batch', batch, Started)).batch_id;
  }

  /** How many jobs have completed. */
  async countCompleted(): Promise<number> {
    const Page = Type.Object({ total: Type.Number() });
    return (
      await this.#call('GET', '/api/v1/executions?status=completed&limit=1&brief=true', undefined, Page)
    ).total;
  }

  /** For requests that others make in this one's name. */
  get credential(): Record<string, string> {
    return { authorization: `Bearer ${this.#token ?? ''}` };
  }

  async #isHealthy(): Promise<boolean> {
    try {
      const reply = await fetch(`${this.#base}/health/ready`, { signal: AbortSignal.timeout(1_000) });
      await reply.arrayBuffer();
      return reply.ok;
    } catch {
      return false;
    }
  }

  async #call<Schema extends TSchema>(
    method: string,
    path: string,
    body: object | undefined,
    schema: Schema,
  ): Promise<Static<Schema>> {
    const reply = await fetch(this.#base + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && this.credential),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CALL_MS),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}: ${text.slice(0, 500)}`);
    const value: unknown = JSON.parse(text);
    if (!Value.Check(schema, value))
      throw new Error(`${method} ${path} has another shape: ${text.slice(0, 500)}`);
    return value;
  }
}
