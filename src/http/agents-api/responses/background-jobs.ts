import type { JobKind } from '../../../engine/index.ts';
import type { Clock } from '../../../lib/clock.ts';
import { isJsonObject, type Json } from '../../../lib/json.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Runs, StoredResponse, TurnRequest } from '../../../runs/index.ts';
import { toMusterError } from '../../error-reply.ts';
import { mayRetry } from '../may-retry.ts';
import { errorPayload } from './run-response.ts';
import { type Ending, encodeEnding, toEnding } from './stored-response.ts';

/** The kind of job that a background response is. The job's id is the response's. */
export const RESPONSE_JOB = 'response';

export interface BackgroundJob {
  readonly request: TurnRequest;
  readonly response: StoredResponse;
  /** What the request was warned of; absent in jobs of older versions. */
  readonly warnings?: readonly string[];
}

/** What a background response's job does, in whichever process runs it. */
export function responseJobs(deps: {
  readonly runs: Runs;
  readonly clock: Clock;
  readonly logger: Logger;
}): JobKind {
  const { runs, clock, logger } = deps;
  return {
    async run(job) {
      const { request, response, warnings = [] } = decodeJob(job.input);
      const prepared = await runs.prepareTurn(request);
      return prepared.runDurably(job, (outcome) => {
        const error = outcome.error && toMusterError(outcome.error, job.id, logger);
        const payload = error && errorPayload(error, mayRetry(outcome, error));
        const ending = encodeEnding(toEnding(outcome, payload, clock.now(), warnings));
        return [runs.responses.save(job.accountId, { ...response, status: outcome.status, ending })];
      });
    },

    /** What the job itself did not live to keep. */
    onEnd(job, end) {
      if (end.status === 'completed') return {};
      const { response } = decodeJob(job.input);
      const ending = end.status === 'stopped' ? cancelled() : broken(end.code, end.message);
      const { status } = ending.end;
      const ended = { ...response, status, ending: encodeEnding(ending) };
      return { statements: [runs.responses.save(job.accountId, ended)] };
    },
  };
}

export function encodeJob(job: BackgroundJob): Json {
  const text = JSON.stringify(job, (_key, value) =>
    typeof value === 'bigint' ? { bigint: value.toString() } : value,
  );
  return { job: text };
}

function decodeJob(input: Json): BackgroundJob {
  const text = isJsonObject(input) && typeof input.job === 'string' ? input.job : '';
  // Written by encodeJob alone.
  return JSON.parse(text, (_key, value) =>
    typeof value === 'object' && value !== null && typeof value.bigint === 'string'
      ? BigInt(value.bigint)
      : value,
  ) as BackgroundJob;
}

function cancelled(): Ending {
  return {
    end: {
      status: 'cancelled',
      usage: null,
      completedAt: null,
      incompleteReason: null,
      error: null,
      warnings: [],
    },
  };
}

function broken(code: string, message: string): Ending {
  const error = { type: 'server_error', code: code.toLowerCase(), message, param: '' };
  return {
    end: {
      status: 'failed',
      usage: null,
      completedAt: null,
      incompleteReason: null,
      error: { code: error.code, message },
      warnings: [],
    },
    error,
  };
}
