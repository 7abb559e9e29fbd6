import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { checkInvariants, openSqliteDatabase } from '../db/index.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { billingInvariants } from './invariants.ts';
import { createBillingStore } from './store.ts';
import type { UsageFilter } from './usage-filter.ts';
import { createUsageLog } from './usage-log.ts';
import { summarizeUsage, type UsageTotals } from './usage-summary.ts';
import { piecesOf } from './usage-sums.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const ACCOUNT = 'acct_1';
const [FROM, TO] = [Date.UTC(2025, 10, 20), Date.UTC(2026, 1, 10)];

interface Row {
  readonly agentId: string;
  readonly keyId: string | null;
  readonly model: string;
  readonly at: number;
  readonly tokens: number;
  readonly increments: number;
  readonly deleted: boolean;
}

/** Hours and days begin and end where it matters, so moments near them are drawn more often. */
const moment = fc.oneof(
  fc.integer({ min: FROM, max: TO }),
  fc
    .tuple(fc.integer({ min: FROM / DAY_MS, max: TO / DAY_MS }), fc.constantFrom(-1, 0, 1))
    .map(([day, off]) => day * DAY_MS + off),
  fc
    .tuple(
      fc.integer({ min: FROM / DAY_MS, max: FROM / DAY_MS + 2 }),
      fc.nat(23),
      fc.constantFrom(-1, 0, 1, 1_200_000),
    )
    .map(([day, hour, off]) => day * DAY_MS + hour * HOUR_MS + off),
);
const row: fc.Arbitrary<Row> = fc.record({
  agentId: fc.constantFrom('agent_a', 'agent_b'),
  keyId: fc.constantFrom(null, 'key_1', 'key_2'),
  model: fc.constantFrom('m', 'n'),
  at: moment,
  tokens: fc.integer({ min: 0, max: 1_000 }),
  increments: fc.integer({ min: 1, max: 3 }),
  deleted: fc.boolean(),
});
const filter: fc.Arbitrary<UsageFilter> = fc.record(
  {
    from: moment,
    to: moment,
    agentId: fc.constantFrom('agent_a', 'agent_b'),
    keyId: fc.constantFrom('key_1', 'key_2'),
    model: fc.constantFrom('m', 'n'),
    source: fc.constantFrom('key', 'user'),
  },
  { requiredKeys: [] },
);

describe('sums of the usage log', async () => {
  const folder = tempFolder();
  const db = await openSqliteDatabase(`${folder.path}/muster.db`);
  after(async () => {
    await db.close();
    folder.remove();
  });
  const store = createBillingStore(db);
  const log = createUsageLog(db);
  let made = 0;

  /** In as many steps as a run has; a later step comes at another time and counts where the run began. */
  async function write(rows: readonly Row[]): Promise<void> {
    const gone: string[] = [];
    const statements = rows.flatMap((one) => {
      const runId = `run_${++made}`;
      if (one.deleted) gone.push(runId);
      return Array.from({ length: one.increments }, (_, index) =>
        store.addUsage({
          ...{ runId, accountId: ACCOUNT, agentId: one.agentId, agentVersion: 1, model: one.model },
          ...{ source: one.keyId ? 'key' : 'user', keyId: one.keyId, userId: one.keyId ? null : 'user_1' },
          ...{ inputTokens: one.tokens, cachedTokens: 1, outputTokens: 2, reasoningTokens: 0, estimated: 0 },
          ...{ toolCost: 3n, cost: BigInt(one.tokens) * 1_000n, now: one.at + index * 40 * DAY_MS },
        }),
      );
    });
    const clear = db.build.deleteFrom('usage');
    await db.write([db.statement(clear), ...statements]);
    if (gone.length > 0) await db.write([db.statement(clear.where('run_id', 'in', gone))]);
  }

  const matches =
    ({ from = 0, to = Infinity, agentId, keyId, model, source }: UsageFilter) =>
    (one: Row): boolean =>
      !one.deleted &&
      one.at >= from &&
      one.at < to &&
      (agentId ?? one.agentId) === one.agentId &&
      (keyId === undefined || keyId === one.keyId) &&
      (model ?? one.model) === one.model &&
      (source === undefined || source === (one.keyId ? 'key' : 'user'));

  const sum = (rows: readonly Row[]): UsageTotals => {
    const of = (figure: (one: Row) => number) =>
      rows.reduce((all, one) => all + figure(one) * one.increments, 0);
    const tokens = of((one) => one.tokens);
    return {
      ...{ runs: rows.length, inputTokens: tokens, cachedTokens: of(() => 1), outputTokens: of(() => 2) },
      ...{ reasoningTokens: 0, toolCostNanoUsd: BigInt(of(() => 3)), costNanoUsd: BigInt(tokens) * 1_000n },
    };
  };

  it('are those of its rows, whatever stretch of time and whatever else is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 25 }),
        fc.array(filter, { minLength: 4 }),
        async (rows, filters) => {
          await write(rows);
          for (const wanted of [{}, ...filters]) {
            const found = rows.filter(matches(wanted));
            const newestFirst = found.map(({ at }) => at).sort((a, b) => b - a);
            for (const page of [1, 2, 4]) {
              const listed = await log.list(ACCOUNT, wanted, { page, limit: 4 });
              assert.equal(listed.total, found.length);
              assert.deepEqual(
                listed.rows.map(({ createdAt }) => createdAt),
                newestFirst.slice((page - 1) * 4, page * 4),
              );
            }
            const summary = await summarizeUsage(db, ACCOUNT, wanted, 1_000);
            assert.deepEqual(summary.totals, sum(found));
            for (const [dimension, groupOf] of Object.entries({
              days: (one: Row) => new Date(one.at).toISOString().slice(0, 10),
              agents: (one: Row) => one.agentId,
              keys: (one: Row) => one.keyId,
              models: (one: Row) => one.model,
              sources: (one: Row) => (one.keyId ? 'key' : 'user'),
            }) as ['days' | 'agents' | 'keys' | 'models' | 'sources', (one: Row) => string | null][]) {
              assert.deepEqual(
                new Map(summary[dimension].map(({ value, ...totals }) => [value, totals])),
                new Map([...Map.groupBy(found, groupOf)].map(([value, own]) => [value, sum(own)])),
              );
            }
          }
          const broken = (await checkInvariants(db, billingInvariants)).filter(
            ({ name, problems }) => /rows of the usage log/.test(name) && problems.length > 0,
          );
          assert.deepEqual(broken, []);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('count each moment once', () => {
    fc.assert(
      fc.property(moment, moment, (from, to) => {
        const at = (of: string, period: number) =>
          period * (of === 'row' ? 1 : of === 'hour' ? HOUR_MS : DAY_MS);
        const spans = piecesOf({ from, to }).map((piece) => ({
          begin: at(piece.of, piece.from),
          end: at(piece.of, piece.to),
          times: piece.less ? -1 : 1,
        }));
        for (const moment of [from, to, ...spans.flatMap(({ begin, end }) => [begin, end])]) {
          for (const near of [moment - 1, moment]) {
            const counted = spans
              .filter(({ begin, end }) => begin <= near && near < end)
              .reduce((sum, { times }) => sum + times, 0);
            assert.equal(counted, from <= near && near < to ? 1 : 0);
          }
        }
      }),
    );
  });

  it('are found wrong by the doctor when they are', async () => {
    await write([
      { agentId: 'a', keyId: null, model: 'm', at: FROM, tokens: 5, increments: 1, deleted: false },
    ]);
    await db.write([db.statement(db.build.updateTable('usage_rollups').set({ input_tokens: 6 }))]);
    const problems = (await checkInvariants(db, billingInvariants)).filter(
      ({ name, problems }) => /rows of the usage log/.test(name) && problems.length > 0,
    );
    assert.equal(problems.length, 2);
  });
});
