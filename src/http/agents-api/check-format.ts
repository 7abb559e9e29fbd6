import { invalid } from '../../lib/errors.ts';
import type { ResponseFormat } from '../../models/index.ts';
import type { SchemaChecker } from '../../tools/index.ts';

/** Throws a 400 that names `field` for what is no JSON Schema: answers are held against it once they are paid for. */
export function checkFormat(schemas: SchemaChecker, field: string, format: ResponseFormat): void {
  const fault = format.type === 'json_schema' ? schemas.faultOf(format.schema) : undefined;
  if (fault !== undefined) throw invalid(field, `is not a JSON Schema that can be used: ${fault}`);
}
