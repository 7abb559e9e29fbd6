import type { JsonObject } from '../lib/json.ts';
import type { CrewsContext } from './context.ts';
import { invalidCrew } from './errors.ts';

/** Throws a 400 for what is no JSON Schema, so that it is known before a job has paid for an answer. */
export function checkSchema(
  { schemas }: Pick<CrewsContext, 'schemas'>,
  field: string,
  schema: JsonObject | undefined,
): void {
  const fault = schema && schemas.faultOf(schema);
  if (fault !== undefined) throw invalidCrew(field, `is not a JSON Schema that can be used: ${fault}`);
}
