import { cpuUs } from './proc-stat.ts';

/** CPU time that processes (each with its descendants) use between `start` and `stop`; NaN without /proc. */
export class CpuMeter {
  readonly #pids: readonly number[];
  #startedUs = Number.NaN;
  #stoppedUs = Number.NaN;

  constructor(...pids: readonly number[]) {
    this.#pids = pids;
  }

  start(): void {
    this.#startedUs = this.#read();
  }

  stop(): void {
    this.#stoppedUs = this.#read();
  }

  usedUs(): number {
    return this.#stoppedUs - this.#startedUs;
  }

  #read(): number {
    return this.#pids.reduce((sumUs, pid) => sumUs + (cpuUs(pid) ?? Number.NaN), 0);
  }
}
