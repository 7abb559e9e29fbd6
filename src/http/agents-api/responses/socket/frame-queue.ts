/** Frames that wait are kept in memory, so there is a bound on them. */
const MAX_WAITING = 64;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Whoever goes on sending although told that nothing more is taken is cut off. */
const MAX_REFUSED = 256;

/** A frame in its turn, or the place of one that was refused for want of room. */
export type Waiting = { readonly type: 'frame'; readonly text: string } | { readonly type: 'refused' };

/** First in, first out, within bounds. */
export class FrameQueue {
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #refused = 0;

  /** False: the sender is to be cut off. */
  push(text: string): boolean {
    const fits = this.#waiting.length < MAX_WAITING && this.#bytes + text.length <= MAX_WAITING_BYTES;
    if (fits) {
      this.#bytes += text.length;
      this.#waiting.push({ type: 'frame', text });
      return true;
    }
    this.#refused += 1;
    this.#waiting.push({ type: 'refused' });
    return this.#refused <= MAX_REFUSED;
  }

  next(): Waiting | undefined {
    const next = this.#waiting.shift();
    if (next?.type === 'frame') this.#bytes -= next.text.length;
    if (next?.type === 'refused') this.#refused -= 1;
    return next;
  }
}
