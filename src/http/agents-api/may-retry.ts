import { MusterError } from '../../lib/errors.ts';
import type { TurnOutcome } from '../../runs/index.ts';

/** Error codes after which the same request again would only cost again. */
const NOT_WORTH_RETRYING = new Set(['output_schema_mismatch', 'tool_choice_not_honoured']);

/** Whether a client may send the same request again by itself, as OpenAI's SDKs do after an error of the server. */
export function mayRetry(outcome: Pick<TurnOutcome, 'mayHaveActed'> | undefined, error: Error): boolean {
  if (error instanceof MusterError && NOT_WORTH_RETRYING.has(error.code)) return false;
  return outcome !== undefined && !outcome.mayHaveActed;
}
