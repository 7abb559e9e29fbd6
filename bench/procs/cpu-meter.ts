import { cpuUs, machineCpuUs } from './proc-stat.ts';

/** CPU time that processes (each with its descendants) use between `start` and `stop`; NaN without /proc. */
export class CpuMeter {
  readonly #read: () => number;
  #startedUs = Number.NaN;
  #stoppedUs = Number.NaN;

  private constructor(read: () => number) {
    this.#read = read;
  }

  static ofProcesses(...pids: readonly number[]): CpuMeter {
    return new CpuMeter(() => pids.reduce((sumUs, pid) => sumUs + (cpuUs(pid) ?? Number.NaN), 0));
  }

  static ofMachine(): CpuMeter {
    return new CpuMeter(() => machineCpuUs() ?? Number.NaN);
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
}
