import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Database } from '../db/index.ts';
import { MusterError } from '../lib/errors.ts';
import { createIds } from '../lib/ids.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { type Agents, createAgents } from './create-agents.ts';

export const ACCOUNT = 'acct_mine';
export const OTHER_ACCOUNT = 'acct_other';

export interface Fixture {
  readonly agents: Agents;
  /** Another process on the same data. */
  another(): Agents;
  readonly db: Database;
  readonly clock: { ms: number; now(): number };
  /** What exists; tests take things away to see what then happens. */
  readonly models: Set<string>;
  readonly tools: Set<string>;
  readonly crews: Set<string>;
}

export async function createFixture(): Promise<Fixture> {
  const opened = await openTestDatabase();
  const { db } = opened;
  after(async () => {
    await opened.close();
  });
  await db.write(
    [ACCOUNT, OTHER_ACCOUNT].map((id) =>
      db.statement(
        db.build.insertInto('accounts').values({
          id,
          name: id,
          tier: 'enterprise',
          status: 'active',
          balance_nano_usd: 0n,
          held_nano_usd: 0n,
          created_at: 0,
        }),
      ),
    ),
  );
  const clock = { ms: Date.parse('2026-11-21T12:00:00Z'), now: () => clock.ms };
  const models = new Set(['sandbox', 'openai/gpt-4o', 'openai/gpt-4', 'anthropic/claude-3-opus']);
  const tools = new Set(['calculator', 'web_search', 'file_reader', 'knowledge_search']);
  const crews = new Set(['crew_mine']);
  const catalogue = {
    modelExists: (_: string, model: string) => models.has(model),
    modelNames: () => [...models],
    toolExists: async (_: string, tool: string) => tools.has(tool),
    toolNames: async () => [...tools],
    crewExists: (accountId: string, crewId: string) => accountId === ACCOUNT && crews.has(crewId),
  };
  const another = () => createAgents({ db, clock, ids: createIds(clock.now), ...catalogue });
  return { agents: another(), another, db, clock, models, tools, crews };
}

/** Asserts that a promise rejects with the error code, and returns the error. */
export async function rejectsWith(promise: Promise<unknown>, code: string): Promise<MusterError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MusterError, `expected ${code}, got ${error}`);
  assert.equal(error.code, code, error.message);
  return error;
}
