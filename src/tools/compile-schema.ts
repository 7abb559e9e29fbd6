import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../lib/json.ts';
import { lendCompiler } from './lend-compiler.ts';
import { toCheckable } from './schema/checkable-schema.ts';

interface CompiledSchema {
  readonly validate: ValidateFunction;
  /** What is checked: in the words of today, without the keywords that may take for ever. */
  readonly schema: JsonObject;
}

export interface SchemaCompiler {
  /** A check of arguments by their schema. Throws for what is no schema, or asks for endless work. Keeps none. */
  compile(parameters: JsonObject): CompiledSchema;
}

export function createSchemaCompiler(): SchemaCompiler {
  const withCompiler = lendCompiler(
    () =>
      new Ajv2020({
        strict: false,
        allErrors: true,
        ownProperties: true,
        useDefaults: true,
        validateFormats: false,
        addUsedSchema: false,
        logger: false,
      }),
  );
  return {
    compile(parameters) {
      const schema = toCheckable(parameters);
      const validate = withCompiler((ajv) => {
        try {
          return ajv.compile(schema);
        } finally {
          // Ajv would keep every schema that it ever saw.
          ajv.removeSchema(schema);
        }
      });
      return { validate, schema };
    },
  };
}
