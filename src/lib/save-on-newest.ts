import { commonErrors } from './errors.ts';

/** Each time a save is refused another one got through, so that only a crowd comes near it. */
const MAX_ATTEMPTS = 100;

/**
 * No change that is made at the same moment as others is lost: `attempt` reads what is stored, merges the change into it
 * and writes it only as it was read. It resolves to undefined when somebody else was faster, and is then made again.
 */
export async function saveOnNewest<T extends object>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let made = 0; made < MAX_ATTEMPTS; made++) {
    const saved = await attempt();
    if (saved) return saved;
  }
  throw commonErrors.conflict('This is being saved by too many others at once. Try again.');
}

/** For a change that was made to what somebody has read. */
export interface SaveOptions {
  /** The save that the change was made to; undefined: whatever is there. */
  readonly ifSavedAt?: number | undefined;
}

/** Whether an object is still what the change was made to. */
export function isAsRead({ updatedAt }: { readonly updatedAt: number }, { ifSavedAt }: SaveOptions): boolean {
  return ifSavedAt === undefined || ifSavedAt === updatedAt;
}

/** When a save is made: no two saves of an object bear the same time, so that it tells them apart. */
export function timeOfSave(now: number, { updatedAt }: { readonly updatedAt: number }): number {
  return Math.max(now, updatedAt + 1);
}
