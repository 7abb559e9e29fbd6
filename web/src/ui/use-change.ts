import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { isSavedSince } from '../api/if-match.ts';
import { toast } from './toast.tsx';

interface Change {
  /** "The key could not be revoked" */
  readonly failed: string;
  /** Said when it is done. */
  readonly done?: string;
  readonly call: () => Promise<unknown>;
}

/** What it was made to is read again by then. */
const SAVED_SINCE =
  'Somebody else has saved it meanwhile. Now you see it as it is: do it again if that is still right.';

/** Makes a change that has no form, says how it went, and has what it changed read again; resolves to whether it went well. */
export function useChange(queryKey: QueryKey): (change: Change) => Promise<boolean> {
  const queries = useQueryClient();
  return async ({ failed, done, call }) => {
    try {
      await call();
      if (done !== undefined) toast.done(done);
      return true;
    } catch (error) {
      toast.failed(failed, isSavedSince(error) ? new Error(SAVED_SINCE) : error);
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey });
    }
  };
}
