import type { Hold, UsageIncrement, UsageSubject } from '../../billing/index.ts';
import type { Statement } from '../../db/index.ts';
import { largest, smallest } from '../../lib/bigint.ts';
import type { Meter } from '../../runs/index.ts';
import { crewErrors } from '../errors.ts';

/**
 * The meter of one job: whatever runs side by side in it, settled costs and open holds together never exceed the job's
 * bound. `spentNanoUsd` is what finished steps of earlier processes have cost.
 */
export class JobMeter implements Meter {
  readonly #meter: Meter;
  #maxNanoUsd: bigint | undefined;
  #spentNanoUsd: bigint;
  #heldNanoUsd = 0n;
  #changed = Promise.withResolvers<void>();
  readonly #open = new Map<string, Hold>();
  readonly #used = new Map<string, readonly UsageIncrement[]>();

  constructor(meter: Meter, maxNanoUsd: bigint | undefined, spentNanoUsd: bigint) {
    this.#meter = meter;
    this.#maxNanoUsd = maxNanoUsd;
    this.#spentNanoUsd = spentNanoUsd;
  }

  /** Whether calls are under way that may cost less than is held for them. */
  get isHolding(): boolean {
    return this.#heldNanoUsd > 0n;
  }

  /** Resolves when one of them is over. */
  async untilChanged(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await Promise.race([this.#changed.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #free(amountNanoUsd: bigint): void {
    this.#heldNanoUsd -= amountNanoUsd;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  get spentNanoUsd(): bigint {
    return this.#spentNanoUsd;
  }

  get maxNanoUsd(): bigint | undefined {
    return this.#maxNanoUsd;
  }

  /** A person has allowed for more. */
  raise(maxNanoUsd: bigint): void {
    if (this.#maxNanoUsd !== undefined) this.#maxNanoUsd = largest(this.#maxNanoUsd, maxNanoUsd);
  }

  /** What may still be set aside; undefined: no bound but the account's credit. */
  leftNanoUsd(): bigint | undefined {
    if (this.#maxNanoUsd === undefined) return undefined;
    return largest(0n, this.#maxNanoUsd - this.#spentNanoUsd - this.#heldNanoUsd);
  }

  async hold(request: Parameters<Meter['hold']>[0]): Promise<Hold> {
    const { amountNanoUsd } = request;
    const left = this.leftNanoUsd();
    if (left !== undefined && amountNanoUsd > left) throw costReached();
    this.#heldNanoUsd += amountNanoUsd;
    try {
      const hold = await this.#meter.hold(request);
      if (amountNanoUsd > 0n) this.#open.set(hold.callId, hold);
      return hold;
    } catch (error) {
      this.#free(amountNanoUsd);
      throw error;
    }
  }

  settle(charge: Parameters<Meter['settle']>[0]): Statement[] {
    this.#open.delete(charge.hold.callId);
    this.#spentNanoUsd += smallest(charge.costNanoUsd, charge.hold.amountNanoUsd);
    this.#free(charge.hold.amountNanoUsd);
    return this.#meter.settle(charge);
  }

  release(hold: Hold): Statement[] {
    this.#open.delete(hold.callId);
    this.#free(hold.amountNanoUsd);
    return this.#meter.release(hold);
  }

  async giveBack(hold: Hold): Promise<void> {
    this.#free(hold.amountNanoUsd);
    this.#open.delete(hold.callId);
    await this.#meter.giveBack(hold);
  }

  recordUsage(subject: UsageSubject, increment: UsageIncrement): Statement {
    const before = this.#used.get(subject.runId) ?? [];
    this.#used.set(subject.runId, [...before, increment]);
    return this.#meter.recordUsage(subject, increment);
  }

  /** What calls of a run have used since this was last asked: to be kept with their step. */
  takeUsage(runId: string): readonly UsageIncrement[] {
    const used = this.#used.get(runId) ?? [];
    this.#used.delete(runId);
    return used;
  }

  /** For the end of a job whose calls were cut off: what gives back the holds of those under way. */
  releaseOpen(): Statement[] {
    return [...this.#open.values()].flatMap((hold) => this.#meter.release(hold));
  }
}

export function costReached(): Error {
  return crewErrors.max_cost_reached(
    'The job has reached its max_cost_usd. Rerun it from the task that it stopped at, with a higher max_cost_usd; or set on_max_cost of the crew to "wait", to be asked there.',
  );
}
