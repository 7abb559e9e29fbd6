import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import { TimeLimitReached, withinTime } from '../../lib/time-limit.ts';
import type { ResponseFormat } from '../../models/index.ts';
import { toCheckable } from '../../tools/index.ts';

const MAX_COMPLAINTS = 5;
const CHECK_MS = 250;

/**
 * What is wrong with an answer, in words that tell the model how to mend it; undefined when it fits the format. A schema
 * that cannot be compiled is not held against the answer.
 */
export function checkAnswer(format: ResponseFormat, text: string): string | undefined {
  if (format.type === 'text') return undefined;
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return 'The answer is not JSON.';
  }
  if (format.type === 'json_object')
    return isJsonObject(value) ? undefined : 'The answer is not a JSON object.';
  return complaintOf(format.schema, value);
}

function complaintOf(schema: JsonObject, value: Json): string | undefined {
  // One compiler a check: callers bring endless different schemas, and Ajv would keep them all.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    ownProperties: true,
    validateFormats: false,
    // Whether it is a schema has been looked at before; reading the schema of schemas takes longer than all the rest.
    validateSchema: false,
    meta: false,
    logger: false,
  });
  try {
    // The schema is the caller's, and a few hundred bytes of it can ask for years of work.
    return withinTime(CHECK_MS, () => {
      const validate = ajv.compile(toCheckable(schema));
      return validate(value) ? undefined : sentencesOf(validate.errors ?? []);
    });
  } catch (error) {
    return error instanceof TimeLimitReached
      ? 'The schema is too complex to check the answer against.'
      : undefined;
  }
}

function sentencesOf(errors: readonly ErrorObject[]): string {
  const said = errors.map(({ instancePath, message, params }) => {
    const detail: Readonly<Record<string, unknown>> = params;
    const extra = detail.additionalProperty ?? detail.allowedValues;
    return `${instancePath === '' ? 'The answer' : `'${instancePath.slice(1).replaceAll('/', '.')}'`} ${message}${
      extra === undefined ? '' : ` (${JSON.stringify(extra)})`
    }.`;
  });
  return [...new Set(said)].slice(0, MAX_COMPLAINTS).join(' ');
}
