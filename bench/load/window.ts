import { setTimeout as sleep } from 'node:timers/promises';

/** The part of a job that counts: `open` is false during warm-up and after the end. */
export class Window {
  open = false;
  seconds = 0;
  readonly #say: (event: 'opened' | 'closed') => void;

  constructor(say: (event: 'opened' | 'closed') => void) {
    this.#say = say;
  }

  async run(warmMs: number, measureMs: number): Promise<void> {
    await sleep(warmMs);
    const startedMs = performance.now();
    this.open = true;
    this.#say('opened');
    await sleep(measureMs);
    this.open = false;
    this.seconds = (performance.now() - startedMs) / 1000;
    this.#say('closed');
  }
}
