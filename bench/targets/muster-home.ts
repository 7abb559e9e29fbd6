import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** On the disk of the checkout, as `.muster` is by default: a commit to memory would flatter every figure. */
const homesFolder = new URL(`../results/homes-${process.pid}/`, import.meta.url);

/** A data folder of a server, with what was made in it; outlives restarts. */
export interface MusterHome {
  readonly path: string;
  key?: string;
  /** Agent ids by upstream model and tools. */
  readonly agents: Map<string, string>;
}

export async function makeHome(): Promise<MusterHome> {
  await mkdir(homesFolder, { recursive: true });
  return { path: await mkdtemp(fileURLToPath(new URL('home-', homesFolder))), agents: new Map() };
}

/** Removes every data folder of this run; its servers must have ended. */
export async function removeHomes(): Promise<void> {
  await rm(homesFolder, { recursive: true, force: true });
}
