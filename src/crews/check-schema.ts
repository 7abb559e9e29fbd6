import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../lib/json.ts';
import { withoutSlowKeywords } from '../tools/index.ts';
import { invalidCrew } from './errors.ts';

/** Throws a 400 for what is no JSON Schema, so that it is known before a job has paid for an answer. */
export function checkSchema(field: string, schema: JsonObject | undefined): void {
  if (!schema) return;
  try {
    new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(
      withoutSlowKeywords(schema),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it can not be compiled';
    throw invalidCrew(field, `is not a JSON Schema: ${why.slice(0, 300)}`);
  }
}
