import { type Actor, type AuditRecorder, SYSTEM } from '../audit/index.ts';
import { ALONE, type Database, DatabaseConflict, type Owner, type Statement } from '../db/index.ts';
import type { Timers } from '../engine/index.ts';
import { smallest } from '../lib/bigint.ts';
import type { Clock } from '../lib/clock.ts';
import { beforeAnything, commonErrors } from '../lib/errors.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import { billingErrors } from './errors.ts';
import { type BillingLog, createLateWrites, type HoldEnd } from './late-writes.ts';
import { formatUsd } from './money.ts';
import { createPeriods, msUntilNextDay, msUntilNextMonth } from './periods.ts';
import { readAgentSpend, readKeySpend, type Spend } from './read-spend.ts';
import { releaseHoldsOfDead, releaseStored } from './release-holds-of-dead.ts';
import {
  AGENT_DAILY_CAP,
  AGENT_MONTHLY_CAP,
  CREDIT,
  createBillingStore,
  DAILY_CAP,
  MONTHLY_CAP,
} from './store.ts';
import type { Balance, Charge, Hold, HoldRequest, Payer, UsageIncrement, UsageSubject } from './types.ts';

export interface Billing {
  /**
   * Sets `amountNanoUsd` aside before a call, or throws insufficient_credit or api_key_*_limit_reached with nothing
   * changed. However many ask at once, the holds never exceed the balance or a cap. An outage that it meets says that what
   * was to be paid for has not begun.
   */
  hold(request: HoldRequest): Promise<Hold>;
  /**
   * The statements that turn a hold into a charge. They belong into one batch with what was paid for; that batch fails
   * as a whole when the hold has already ended.
   */
  settle(charge: Charge): Statement[];
  /** The statements that give a hold back in full. */
  release(hold: Hold): Statement[];
  /**
   * Gives a hold back at once, on its own. One that has ended stays as it is; one that cannot be written now is given
   * back when it can.
   */
  giveBack(hold: Hold): Promise<void>;
  /**
   * For what a call was to leave (settle, release, recordUsage) when the batch that it was part of has not been written:
   * writes it alone, as soon as that can be done. What has been written after all stays as it is.
   */
  settleLater(statements: readonly Statement[]): void;
  /** The statement that adds to a run's usage row, making it at the first. */
  recordUsage(subject: UsageSubject, increment: UsageIncrement): Statement;
  /** Changes the balance by hand; `reason` is on the ledger. Throws insufficient_credit when it would fall below the holds, and not_found for an account that was deleted. */
  adjust(change: {
    id: string;
    accountId: string;
    amountNanoUsd: bigint;
    reason: string;
    actor: string;
    /** For the audit log. */
    by?: Actor;
    /** Written in the same batch. */
    alsoKeep?: readonly Statement[];
  }): Promise<Balance>;
  balance(accountId: string): Promise<Balance>;
  /** What counts against the caps of these agents, those not named having spent nothing; calls under way are not in it. */
  spentByAgents(accountId: string, agentIds: readonly string[]): Promise<ReadonlyMap<string, Spend>>;
  /** The same of keys. */
  spentByKeys(accountId: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, Spend>>;
  /**
   * Gives back the holds that killed processes left. Alone on the data, all that there are: then it is for the start.
   * Returns how many there were.
   */
  releaseOrphanedHolds(): Promise<number>;
}

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

  async function isThere(accountId: string): Promise<boolean> {
    const account = db.build.selectFrom('accounts').select('id').where('id', '=', accountId);
    return (await db.first(account.where('deleted_at', 'is', null))) !== undefined;
  }

  async function isCharged({ callId, accountId }: HoldEnd): Promise<boolean> {
    const entry = db.build.selectFrom('ledger').select('id').where('id', '=', chargeId(callId));
    return (await db.first(entry.where('account_id', '=', accountId))) !== undefined;
  }

  function reservations(payer: Payer, amount: bigint, day: string, month: string): Statement[] {
    const { accountId, key } = payer;
    const statements = [store.reserveCredit({ accountId, amount })];
    if (key?.dailyLimitNanoUsd !== undefined) {
      const limit = key.dailyLimitNanoUsd;
      statements.push(store.reserveDailyCap({ keyId: key.id, period: day, accountId, amount, limit }));
    }
    if (key?.monthlyLimitNanoUsd !== undefined) {
      const limit = key.monthlyLimitNanoUsd;
      statements.push(store.reserveMonthlyCap({ keyId: key.id, period: month, accountId, amount, limit }));
    }
    statements.push(...agentReservations(payer, amount, day, month));
    return statements;
  }

  /** After the account's own row is taken, so that of calls that come at once each counts those before it. */
  function agentReservations(
    { accountId, agent }: Payer,
    amount: bigint,
    day: string,
    month: string,
  ): Statement[] {
    const { id: agentId = '', dailyLimitNanoUsd: daily, monthlyLimitNanoUsd: monthly } = agent ?? {};
    const call = { accountId, agentId, amount };
    const statements: Statement[] = [];
    if (daily !== undefined) {
      const since = Date.parse(day);
      statements.push(store.reserveAgentDay({ ...call, period: day, since, limit: daily }));
    }
    if (monthly !== undefined) {
      const since = Date.parse(month);
      statements.push(store.reserveAgentMonth({ ...call, period: month, since, limit: monthly }));
    }
    return statements;
  }

  async function refusal(guard: string, payer: Payer, amount: bigint): Promise<Error> {
    const now = clock.now();
    if (guard === DAILY_CAP) {
      return billingErrors.api_key_daily_limit_reached(
        `This key may spend $${formatUsd(payer.key?.dailyLimitNanoUsd ?? 0n)} a day and has no room left for this call. The day ends at 00:00 UTC.`,
        { retryAfterMs: msUntilNextDay(now) },
      );
    }
    if (guard === MONTHLY_CAP) {
      return billingErrors.api_key_monthly_limit_reached(
        `This key may spend $${formatUsd(payer.key?.monthlyLimitNanoUsd ?? 0n)} a month and has no room left for this call. The month ends at 00:00 UTC on the 1st.`,
        { retryAfterMs: msUntilNextMonth(now) },
      );
    }
    if (guard === AGENT_DAILY_CAP) {
      return billingErrors.agent_daily_limit_reached(
        `The agent may spend $${formatUsd(payer.agent?.dailyLimitNanoUsd ?? 0n)} a day and has no room left for this call. The day ends at 00:00 UTC.`,
        { retryAfterMs: msUntilNextDay(now) },
      );
    }
    if (guard === AGENT_MONTHLY_CAP) {
      return billingErrors.agent_monthly_limit_reached(
        `The agent may spend $${formatUsd(payer.agent?.monthlyLimitNanoUsd ?? 0n)} a month and has no room left for this call. The month ends at 00:00 UTC on the 1st.`,
        { retryAfterMs: msUntilNextMonth(now) },
      );
    }
    const { balanceNanoUsd, heldNanoUsd } = await balance(payer.accountId);
    return billingErrors.insufficient_credit(
      `This call may cost up to $${formatUsd(amount)}, and $${formatUsd(balanceNanoUsd - heldNanoUsd)} of credit is free. Add credit, or lower max_tokens (max_output_tokens in Responses).`,
    );
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
      const statements = reservations(payer, amountNanoUsd, hold.day, hold.month);
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
      if (!result.ok) throw await refusal(result.refused, payer, amountNanoUsd);
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

    async adjust({ id, accountId, amountNanoUsd, reason, actor, by = SYSTEM, alsoKeep = [] }) {
      const change = db.build
        .updateTable('accounts')
        .set((eb) => ({ balance_nano_usd: eb('balance_nano_usd', '+', amountNanoUsd) }))
        .where('id', '=', accountId)
        .where('deleted_at', 'is', null)
        .where((eb) => eb(eb('balance_nano_usd', '+', amountNanoUsd), '>=', eb.ref('held_nano_usd')));
      const entry = store.insertLedger({
        id,
        accountId,
        kind: amountNanoUsd >= 0n ? 'grant' : 'adjust',
        amount: amountNanoUsd,
        runId: null,
        reason,
        price: null,
        actor,
        countedOn: null,
        now: clock.now(),
      });
      const line = audit.record({
        accountId,
        action: 'credit.adjusted',
        by,
        object: { type: 'account', id: accountId },
        details: { amountUsd: formatUsd(amountNanoUsd), reason, ledgerId: id },
      });
      const result = await db.write([db.statement(change, CREDIT), entry, line, ...alsoKeep]);
      if (!result.ok) {
        if (!(await isThere(accountId))) throw commonErrors.not_found(`There is no account '${accountId}'.`);
        const { balanceNanoUsd, heldNanoUsd } = await balance(accountId);
        throw billingErrors.insufficient_credit(
          `Taking $${formatUsd(-amountNanoUsd)} away would leave less than is on hold: the balance is $${formatUsd(balanceNanoUsd)}, $${formatUsd(heldNanoUsd)} of it held.`,
        );
      }
      return balance(accountId);
    },

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
