import { invalid } from '../lib/errors.ts';
import { isJsonObject, parseJson } from '../lib/json.ts';

/** What a client may say. */
export type ClientMessage =
  | { readonly type: 'auth'; readonly token: string }
  | { readonly type: 'subscribe'; readonly jobId: string; readonly after: number }
  | { readonly type: 'unsubscribe'; readonly jobId: string }
  | { readonly type: 'ping' };

const JOB_ID = /^[\w.:-]{1,100}$/;

/** Throws a validation error that names the field. */
export function readMessage(text: string): ClientMessage {
  const message = parseJson(text);
  if (!isJsonObject(message)) throw invalid('type', 'a message is a JSON object with a type');
  const { type, token, job_id: jobId, after = 0 } = message;
  switch (type) {
    case 'auth':
      if (typeof token !== 'string') throw invalid('token', 'must be an access token');
      return { type, token };
    case 'subscribe': {
      if (typeof after !== 'number' || !Number.isSafeInteger(after) || after < 0) {
        throw invalid('after', 'must be the seq of an event, a whole number from 0');
      }
      return { type, jobId: readJobId(jobId), after };
    }
    case 'unsubscribe':
      return { type, jobId: readJobId(jobId) };
    case 'ping':
      return { type };
    default:
      throw invalid('type', 'must be auth, subscribe, unsubscribe or ping');
  }
}

function readJobId(value: unknown): string {
  if (typeof value !== 'string' || !JOB_ID.test(value)) throw invalid('job_id', 'must be the id of a job');
  return value;
}
