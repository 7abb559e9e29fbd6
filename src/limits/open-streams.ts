/** Counts what is open, by account, in this process. */
export class OpenStreams {
  readonly #open = new Map<string, number>();

  /** Counts one more; undefined when there are as many as there may be. What it returns counts it off, once. */
  open(accountId: string, limit: number): (() => void) | undefined {
    const open = this.#open.get(accountId) ?? 0;
    if (open >= limit) return undefined;
    this.#open.set(accountId, open + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(accountId) ?? 1) - 1;
      if (left === 0) this.#open.delete(accountId);
      else this.#open.set(accountId, left);
    };
  }
}
