import { MusterError } from '../lib/errors.ts';
import { modelErrors } from '../models/index.ts';
import type { CallableModel } from './types.ts';

const OBSTACLES: ReadonlySet<string> = new Set([
  modelErrors.model_not_configured.code,
  modelErrors.model_without_price.code,
]);

/** What a call of the model would be refused with before anything is asked of it; undefined: it can be called. */
export async function whyNotCallable(find: () => Promise<CallableModel>): Promise<MusterError | undefined> {
  try {
    await find();
    return undefined;
  } catch (error) {
    if (error instanceof MusterError && OBSTACLES.has(error.code)) return error;
    throw error;
  }
}
