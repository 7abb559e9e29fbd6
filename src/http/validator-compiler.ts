import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import { nearField } from './near-field.ts';
import { pickSchemaError } from './pick-schema-error.ts';

/**
 * Validates bodies as they are, and queries and path parameters as what their texts say (`page=2` is a number). Schemas
 * are compiled when first used, and once for both prefixes: compiling all at the start would delay it, and keep in memory
 * what nobody asks for.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<AnySchema> {
  const options = {
    useDefaults: true,
    allErrors: false,
    strict: false,
    addUsedSchema: false,
    verbose: true,
  } as const;
  const bodies = createCompiler(() => new Ajv(options));
  const texts = createCompiler(() => new Ajv({ ...options, coerceTypes: true }));

  return ({ schema, httpPart }) => {
    const compile = httpPart === 'body' ? bodies : texts;
    return (value: unknown) => {
      const validate = compile(schema);
      return validate(value) ? { value } : { error: toErrors(validate.errors) };
    };
  };
}

function createCompiler(makeAjv: () => Ajv): (schema: AnySchema) => ValidateFunction {
  const compiled = new Map<AnySchema, ValidateFunction>();
  let ajv: Ajv | undefined;
  return (schema) => {
    const known = compiled.get(schema);
    if (known) return known;
    ajv ??= makeAjv();
    const made = ajv.compile(schema);
    compiled.set(schema, made);
    return made;
  };
}

function toErrors(errors: readonly ErrorObject[] | null | undefined): FastifySchemaValidationError[] {
  const picked = pickSchemaError(errors ?? []);
  if (!picked) return [];
  const { keyword, instancePath, schemaPath, params, message = 'is not valid' } = picked;
  return [{ keyword, instancePath, schemaPath, params: { ...params, near: nearField(picked) }, message }];
}
