/** A signal that is aborted with the first of others. */
export interface FirstSignal {
  readonly signal: AbortSignal;
  /** Once nobody waits for it any more: until then the others hold it. */
  readonly release: () => void;
}

/**
 * As `AbortSignal.any`, for what is made for each request, call or job: Node keeps a signal of `any` that somebody listens
 * to in one Set of the whole process, which costs what Slots tells of.
 */
export function firstSignal(...signals: readonly AbortSignal[]): FirstSignal {
  const controller = new AbortController();
  const release = (): void => {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  };
  const abort = (): void => {
    release();
    controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  };
  if (signals.some(({ aborted }) => aborted)) abort();
  else for (const signal of signals) signal.addEventListener('abort', abort);
  return { signal: controller.signal, release };
}
