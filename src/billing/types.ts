import type { Actor } from '../audit/index.ts';
import type { Statement } from '../db/index.ts';
import type { Spend } from './read-spend.ts';

/** Who a run is billed to: always the account; and a key, whose caps then count too. */
export interface Payer {
  readonly accountId: string;
  readonly key?: {
    readonly id: string;
    readonly dailyLimitNanoUsd?: bigint | undefined;
    readonly monthlyLimitNanoUsd?: bigint | undefined;
  };
  /** The agent that spends: what it does is counted, and its own caps count too. */
  readonly agent?: PayingAgent | undefined;
}

/** An agent that spends, and what bounds of its own it may have, whoever calls it. */
export interface PayingAgent {
  readonly id: string;
  readonly dailyLimitNanoUsd?: bigint | undefined;
  readonly monthlyLimitNanoUsd?: bigint | undefined;
}

/** What a call asks to have set aside. */
export interface HoldRequest {
  readonly callId: string;
  readonly runId: string;
  readonly payer: Payer;
  readonly amountNanoUsd: bigint;
  /** See WriteOptions: `wait` for what has been used already. */
  readonly whenAway?: 'fail' | 'wait';
}

/** Credit set aside for one call. Ends in exactly one settlement or release. */
export interface Hold {
  /** The call's id; unique for ever, so that no call is billed twice. */
  readonly callId: string;
  readonly runId: string;
  readonly payer: Payer;
  /** 0 for what is free: then nothing is stored. */
  readonly amountNanoUsd: bigint;
  /**
   * The day and month (UTC) whose caps the call counts against, the key's and the agent's: those in which the hold is
   * taken, however long the call or its run goes on.
   */
  readonly day: string;
  readonly month: string;
}

/** What a settled call is billed. `costNanoUsd` above the hold is clamped to it. */
export interface Charge {
  readonly hold: Hold;
  readonly costNanoUsd: bigint;
  /** What was called, for the ledger's reader: a model's or a tool's name. */
  readonly reason: string;
  /** The price that was applied, nano-dollars per million tokens or per call. */
  readonly price: Readonly<Record<string, string>>;
}

/** What one step adds to its run's usage row. */
export interface UsageIncrement {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly estimated: boolean;
  readonly toolCostNanoUsd: bigint;
  /** Model and tools together. */
  readonly costNanoUsd: bigint;
}

export interface UsageSubject {
  readonly runId: string;
  readonly accountId: string;
  readonly source: 'key' | 'user';
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly agentId: string;
  readonly agentVersion: number;
  readonly model: string;
}

export interface Balance {
  readonly balanceNanoUsd: bigint;
  readonly heldNanoUsd: bigint;
}

/** A change of an account's balance by hand. */
export interface CreditChange {
  readonly id: string;
  readonly accountId: string;
  readonly amountNanoUsd: bigint;
  readonly reason: string;
  readonly actor: string;
  /** For the audit log. */
  readonly by?: Actor;
  /** Written in the same batch. */
  readonly alsoKeep?: readonly Statement[];
}

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
  adjust(change: CreditChange): Promise<Balance>;
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
