import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** What an error body or frame says, in the words of OpenAI's format and of those who almost keep to it. */
export interface ErrorSaid {
  readonly code: string | undefined;
  readonly reason: string | undefined;
}

/** The error that a response body carries, or undefined when it carries none. */
export function readError(body: Json): ErrorSaid | undefined {
  if (!isJsonObject(body)) return undefined;
  const error = body.error;
  if (typeof error === 'string') return { code: text(body.code), reason: error };
  if (isJsonObject(error)) {
    return { code: codeOf(error), reason: text(error.message) };
  }
  // vLLM and others put the fields at the top.
  if (body.object === 'error') return { code: codeOf(body), reason: text(body.message) };
  return undefined;
}

function codeOf(error: JsonObject): string | undefined {
  return (
    text(error.code) ??
    text(error.type) ??
    text(error.status) ??
    (error.param ? 'invalid_request_error' : undefined)
  );
}

function text(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
