import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';

/**
 * Validates bodies as they are, and queries and path parameters as what their texts say (`page=2` is a number). Schemas
 * are compiled when first used, and once for both prefixes: compiling all at the start would delay it.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<AnySchema> {
  const options = { useDefaults: true, allErrors: false, strict: false, addUsedSchema: false } as const;
  const bodies = new Ajv(options);
  const texts = new Ajv({ ...options, coerceTypes: true });
  const compiled = new WeakMap<object, ValidateFunction>();

  return ({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? bodies : texts;
    const validate = (): ValidateFunction => {
      if (typeof schema === 'boolean') return ajv.compile(schema);
      const known = compiled.get(schema);
      if (known) return known;
      const made = ajv.compile(schema);
      compiled.set(schema, made);
      return made;
    };
    return (value: unknown) => {
      const check = validate();
      return check(value) ? { value } : { error: toErrors(check.errors) };
    };
  };
}

function toErrors(errors: readonly ErrorObject[] | null | undefined): FastifySchemaValidationError[] {
  return (errors ?? []).map(({ keyword, instancePath, schemaPath, params, message = 'is not valid' }) => ({
    ...{ keyword, instancePath, schemaPath, params, message },
  }));
}
