import { ClaimLost, HandedOver, type Interrupt, JobStopped } from '../interrupts.ts';
import type { Timers } from '../timers.ts';

/** What a wait for the handler resolves to once it is no longer waited for. */
export const CUT = Symbol('cut');

export interface RunHaltDeps {
  readonly timers: Timers;
  /** How long a handler may take to leave off once its signal has fired. */
  readonly abortGraceMs: number;
}

/** Why and how a run of a job leaves off: what is told its handler, and what counts no more. */
export class RunHalt {
  readonly #deps: RunHaltDeps;
  readonly #isIdle: () => boolean;
  readonly #onLeave: () => void;
  readonly #abort = new AbortController();
  readonly #cut = Promise.withResolvers<typeof CUT>();
  #interrupt: Interrupt | undefined;
  #isLeft = false;
  #isDecided = false;
  #isCalled = false;
  #abortWhenCalled: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;

  /** `isIdle`: whether no step is under way. `onLeave` may be called more than once. */
  constructor(deps: RunHaltDeps, isIdle: () => boolean, onLeave: () => void) {
    this.#deps = deps;
    this.#isIdle = isIdle;
    this.#onLeave = onLeave;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Resolves when the handler is waited for no longer. */
  get cut(): Promise<typeof CUT> {
    return this.#cut.promise;
  }

  /** Why nothing more may begin. */
  get interrupt(): Interrupt | undefined {
    return this.#interrupt;
  }

  get isStopped(): boolean {
    return this.#interrupt instanceof JobStopped;
  }

  /** Nothing that is still done here counts any more. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** What becomes of the job is decided. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  stop(): void {
    if (this.#isDecided || this.isStopped) return;
    this.#interrupt = new JobStopped();
    this.abort();
  }

  /** Lets running steps finish and begins none. */
  handOver(): void {
    this.#interrupt ??= new HandedOver();
  }

  cutOff(): void {
    if (!this.#isDecided) this.abort();
  }

  /** Somebody else has the job: nothing that is still done here counts. */
  lose(): ClaimLost {
    const lost = new ClaimLost();
    this.leave();
    this.#abort.abort(lost);
    return lost;
  }

  leave(): void {
    this.#isLeft = true;
    this.decide();
    this.#onLeave();
    this.#cut.resolve(CUT);
    if (!this.#isIdle()) this.#abort.abort(new ClaimLost());
  }

  decide(): void {
    this.#isDecided = true;
    this.#cancelGrace?.();
  }

  /** The handler has been called: it hears what it was to be told before. */
  called(): void {
    this.#isCalled = true;
    this.#abortWhenCalled?.();
  }

  /** Before the handler is called there is nobody to hear of it: then it is told right after that. */
  abort(reason: unknown = this.#interrupt): void {
    if (this.#isCalled) this.#abort.abort(reason);
    else this.#abortWhenCalled = () => this.#abort.abort(reason);
    this.#cancelGrace ??= this.#deps.timers.after(this.#deps.abortGraceMs, () => this.#cut.resolve(CUT));
  }

  /** Throws the reason for which nothing may begin any more. */
  check(): void {
    if (this.#isLeft) throw new ClaimLost();
    if (this.#interrupt) throw this.#interrupt;
    this.#abort.signal.throwIfAborted();
  }

  /** Rejects as soon as the handler is told to leave off. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const cancel = this.#deps.timers.after(ms, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      const stop = (): void => {
        cancel();
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
