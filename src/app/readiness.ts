import { statfs } from 'node:fs/promises';
import type { Accounts } from '../accounts/index.ts';
import type { Database } from '../db/index.ts';
import type { Admission } from '../limits/index.ts';

const MEGABYTE = 1024 * 1024;

/** Says why the server does not take work now, or nothing when it does. */
export function createReadiness({
  db,
  accounts,
  admission,
  isDraining,
  home,
  minFreeBytes,
}: {
  db: Pick<Database, 'writeTrouble' | 'dialect'>;
  accounts: Pick<Accounts, 'hasAnyAccount'>;
  admission: Pick<Admission, 'trouble'>;
  isDraining: () => boolean;
  home: string;
  minFreeBytes: number;
}): () => Promise<string | undefined> {
  return async () => {
    if (isDraining()) return 'it is going down';
    const overload = admission.trouble();
    if (overload !== undefined) return overload;
    const hasAccount = await accounts.hasAnyAccount().catch(() => undefined);
    if (hasAccount === undefined) return 'its database cannot be read';
    if (!hasAccount) return 'it has no account yet';
    const trouble = await db.writeTrouble();
    if (trouble !== undefined) return trouble;
    const free = minFreeBytes === 0 ? undefined : await freeBytes(home);
    if (free === undefined || free >= minFreeBytes) return undefined;
    return `the disk is full: ${Math.floor(free / MEGABYTE)} MB are free, ${minFreeBytes / MEGABYTE} are wanted`;
  };
}

/** Undefined where the system does not say. */
async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
