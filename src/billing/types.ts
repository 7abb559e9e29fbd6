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
