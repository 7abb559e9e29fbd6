import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../lib/json.ts';
import { withinTime } from '../lib/time-limit.ts';
import { withoutSlowKeywords } from './without-slow-keywords.ts';

interface CompiledSchema {
  readonly validate: ValidateFunction;
  /** What is checked: without the keywords that may take for ever. */
  readonly schema: JsonObject;
}

export interface SchemaCompiler {
  /** A check of arguments by their schema. Throws for what is no schema, or asks for endless work. Keeps none. */
  compile(parameters: JsonObject): CompiledSchema;
}

export function createSchemaCompiler(): SchemaCompiler {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    ownProperties: true,
    useDefaults: true,
    validateFormats: false,
    addUsedSchema: false,
    logger: false,
  });
  let isWarm = false;
  return {
    compile(parameters) {
      // Ajv reads its own schemas first, once, and that takes longer than any schema of ours may.
      if (!isWarm) ajv.compile({});
      isWarm = true;
      const schema = withoutSlowKeywords(parameters);
      try {
        return { validate: withinTime(PATIENCE_MS, () => ajv.compile(schema)), schema };
      } finally {
        // Ajv would keep every schema that it ever saw.
        ajv.removeSchema(schema);
      }
    },
  };
}

/** As long as an honest schema may take, to be compiled or to check something. */
export const PATIENCE_MS = 250;
