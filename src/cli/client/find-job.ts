import { CommandFailed, Refused } from '../failures.ts';
import type { ApiClient } from './api-client.ts';
import type { Fields } from './fields.ts';

/** A job of a crew that was called as a model has a suffix. */
const ID = /^job_[0-9A-Za-z-]+$/;

/** A job by its id, as it is now. Throws CommandFailed, with what shows the ids, when there is none. */
export async function findJob(client: ApiClient, given: string): Promise<Fields> {
  if (ID.test(given)) {
    try {
      return await client.get(`/api/v1/executions/${given}`);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
    }
  }
  throw new CommandFailed(`There is no job '${given}'. Jobs are named by their ids; see: muster run list`);
}
