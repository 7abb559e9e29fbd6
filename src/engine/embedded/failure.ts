import { commonErrors, MusterError } from '../../lib/errors.ts';
import { TerminalError } from '../retry.ts';

/** What a job's owner is told of an error: words that were made for them, or none. */
export function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof MusterError || error instanceof TerminalError) {
    return { code: error.code, message: error.message };
  }
  return {
    code: commonErrors.internal_error.code,
    message: 'The job failed through a fault of the server. Its log has the cause under the id of the job.',
  };
}
