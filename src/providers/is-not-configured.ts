import { MusterError } from '../lib/errors.ts';
import { modelErrors } from '../models/index.ts';

/** Whether an error says that a name means no model to the account, as things stand. */
export function isNotConfigured(error: unknown): error is MusterError {
  return error instanceof MusterError && error.code === modelErrors.model_not_configured.code;
}
