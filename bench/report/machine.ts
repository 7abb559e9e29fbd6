import { cpus, loadavg, platform, totalmem } from 'node:os';
import { hasProc } from '../procs/proc-stat.ts';

/** What an absolute number depends on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly loadAverage: number;
  readonly pinned: boolean;
  readonly cpuFigures: boolean;
}

export function describeMachine(pinned: boolean): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: platform(),
    node: process.version,
    loadAverage: Number(loadavg()[0]?.toFixed(2)),
    pinned,
    cpuFigures: hasProc,
  };
}

/** What a reader must know before believing the figures. */
export function machineNotes(machine: Machine): string[] {
  const notes = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}, Node ${machine.node}`,
  ];
  if (!machine.pinned)
    notes.push('No taskset or one core only: server and load share cores, ratios are rougher.');
  if (!machine.cpuFigures) notes.push('No /proc here: CPU and memory figures are left out.');
  if (machine.loadAverage > 0.5) {
    notes.push(`The machine was busy before the start (load ${machine.loadAverage}): expect noise.`);
  }
  return notes;
}
