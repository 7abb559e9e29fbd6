import type { AuditRecorder } from '../audit/index.ts';
import { ALONE, type Database, DatabaseConflict, type Owner, type Statement } from '../db/index.ts';
import type { Timers } from '../engine/index.ts';
import { smallest } from '../lib/bigint.ts';
import type { Clock } from '../lib/clock.ts';
import { beforeAnything } from '../lib/errors.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import { adjustCredit } from './adjust-credit.ts';
import { type BillingLog, createLateWrites, type HoldEnd } from './late-writes.ts';
import { createPeriods } from './periods.ts';
import { readAgentSpend, readKeySpend } from './read-spend.ts';
import { refusalOf } from './refusal-of.ts';
import { releaseHoldsOfDead, releaseStored } from './release-holds-of-dead.ts';
import { reservations } from './reservations.ts';
import { createBillingStore } from './store.ts';
import type { Balance, Billing, Hold } from './types.ts';

export function createBilling({
  db,
  clock,
  audit,
  outbox,
  owner = ALONE,
  log = { warn: () => undefined, error: () => undefined },
  timers,
}: {
  db: Database;
  clock: Clock;
  audit: AuditRecorder;
  outbox: Pick<EventOutbox, 'tellLowCredit'>;
  owner?: Owner;
  log?: BillingLog;
  timers?: Timers | undefined;
}): Billing {
  const store = createBillingStore(db);
  const late = createLateWrites({ db, isCharged, log, timers });
  /** Which hold's end a statement begins. */
  const endOf = new WeakMap<Statement, HoldEnd>();
  const periodsOf = createPeriods();

  async function balance(accountId: string): Promise<Balance> {
    const [row] = await store.readBalance({ accountId });
    return { balanceNanoUsd: row?.balance_nano_usd ?? 0n, heldNanoUsd: row?.held_nano_usd ?? 0n };
  }

  async function isCharged({ callId, accountId }: HoldEnd): Promise<boolean> {
    const entry = db.build.selectFrom('ledger').select('id').where('id', '=', chargeId(callId));
    return (await db.first(entry.where('account_id', '=', accountId))) !== undefined;
  }

  /** Charge and release differ only in the cost: both take the hold off whatever it was counted in. */
  function end(hold: Hold, cost: bigint): Statement[] {
    const { callId, runId, payer, amountNanoUsd: held, day, month } = hold;
    const { accountId, key, agent } = payer;
    const deletion = store.deleteHold({ id: callId, accountId });
    endOf.set(deletion, { callId, runId, accountId, costNanoUsd: cost });
    const statements = [deletion, store.endHold({ accountId, held, cost })];
    if (key) {
      const dayHeld = key.dailyLimitNanoUsd === undefined ? 0n : held;
      const monthHeld = key.monthlyLimitNanoUsd === undefined ? 0n : held;
      statements.push(store.countSpend({ keyId: key.id, accountId, day, month, cost, dayHeld, monthHeld }));
    }
    if (agent && cost > 0n) {
      statements.push(store.countAgentSpend({ accountId, agentId: agent.id, day, month, cost }));
    }
    return statements;
  }

  /** A job's step that is run again makes the same call again: what its first run could not end is ended now. */
  async function endFormerHold(accountId: string, callId: string): Promise<void> {
    late.forget(callId);
    // Holds do not wait for their commit, and are read only after it.
    await db.write([]);
    const former = db.build.selectFrom('holds').selectAll().where('id', '=', callId);
    const [hold] = await db.all(former.where('account_id', '=', accountId));
    if (hold) await db.write(releaseStored(db, store, hold));
  }

  return {
    balance,
    spentByAgents: (accountId, agentIds) => readAgentSpend(db, accountId, agentIds, periodsOf(clock.now())),
    spentByKeys: (accountId, keyIds) => readKeySpend(db, accountId, keyIds, periodsOf(clock.now())),

    async hold({ callId, runId, payer, amountNanoUsd, whenAway = 'fail' }) {
      const now = clock.now();
      const hold: Hold = { callId, runId, payer, amountNanoUsd, ...periodsOf(now) };
      if (amountNanoUsd === 0n) return hold;
      const statements = reservations(store, payer, amountNanoUsd, hold);
      statements.push(
        store.insertHold({
          id: callId,
          accountId: payer.accountId,
          runId,
          keyId: payer.key?.id ?? null,
          agentId: payer.agent?.id ?? null,
          amount: amountNanoUsd,
          owner: owner.id,
          day: payer.key?.dailyLimitNanoUsd === undefined ? null : hold.day,
          month: payer.key?.monthlyLimitNanoUsd === undefined ? null : hold.month,
          now,
        }),
      );
      // A restart gives holds back anyway, so nobody waits for the disk here.
      const take = () => db.write(statements, { ack: 'applied', whenAway });
      const result = await take()
        .catch(async (error: unknown) => {
          if (!(error instanceof DatabaseConflict)) throw error;
          await endFormerHold(payer.accountId, callId);
          return take();
        })
        .catch((error: unknown) => {
          throw beforeAnything(error);
        });
      if (!result.ok) {
        const why = { payer, amount: amountNanoUsd, now, balance: () => balance(payer.accountId) };
        throw await refusalOf(result.refused, why);
      }
      return hold;
    },

    settle({ hold, costNanoUsd, reason, price }) {
      if (hold.amountNanoUsd === 0n) return [];
      const cost = smallest(costNanoUsd, hold.amountNanoUsd);
      if (cost === 0n) return end(hold, 0n);
      const entry = store.insertLedger({
        id: chargeId(hold.callId),
        accountId: hold.payer.accountId,
        kind: 'charge',
        amount: -cost,
        runId: hold.runId,
        reason,
        price: JSON.stringify(price),
        actor: hold.payer.key?.id ?? null,
        countedOn: hold.day,
        now: clock.now(),
      });
      return [...end(hold, cost), entry, ...outbox.tellLowCredit(hold.payer.accountId, cost)];
    },

    release(hold) {
      return hold.amountNanoUsd === 0n ? [] : end(hold, 0n);
    },

    async giveBack(hold) {
      const { callId, runId, payer, amountNanoUsd } = hold;
      if (amountNanoUsd === 0n) return;
      await late.write({ callId, runId, accountId: payer.accountId, costNanoUsd: 0n }, end(hold, 0n));
    },

    settleLater(statements) {
      const ended = statements.map((statement) => endOf.get(statement)).find((end) => end !== undefined);
      // Without a hold there was nothing to pay.
      if (ended !== undefined) void late.write(ended, statements);
    },

    recordUsage(subject, increment) {
      return store.addUsage({
        runId: subject.runId,
        accountId: subject.accountId,
        source: subject.source,
        keyId: subject.keyId,
        userId: subject.userId,
        agentId: subject.agentId,
        agentVersion: subject.agentVersion,
        model: subject.model,
        inputTokens: increment.inputTokens,
        cachedTokens: increment.cachedTokens,
        outputTokens: increment.outputTokens,
        reasoningTokens: increment.reasoningTokens,
        estimated: increment.estimated ? 1 : 0,
        toolCost: increment.toolCostNanoUsd,
        cost: increment.costNanoUsd,
        now: clock.now(),
      });
    },

    adjust: (change) => adjustCredit({ db, store, audit, clock, balance }, change),

    async releaseOrphanedHolds() {
      if (!owner.isAlone) return releaseHoldsOfDead(db, store);
      const orphans = await db.all(db.build.selectFrom('holds').select('id'));
      if (orphans.length === 0) return 0;
      await db.write([
        db.statement(db.build.deleteFrom('holds')),
        db.statement(db.build.updateTable('accounts').set({ held_nano_usd: 0n })),
        db.statement(
          db.build.updateTable('key_spend').set({ held_nano_usd: 0n }).where('held_nano_usd', '!=', 0n),
        ),
      ]);
      return orphans.length;
    },
  };
}

function chargeId(callId: string): string {
  return `charge_${callId}`;
}
