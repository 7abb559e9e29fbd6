import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../lib/json.ts';
import { TimeLimitReached, withinTime } from '../lib/time-limit.ts';
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
        return { validate: withinPatience(() => ajv.compile(schema)), schema };
      } finally {
        // Ajv would keep every schema that it ever saw.
        ajv.removeSchema(schema);
      }
    },
  };
}

/** The second, longer one is for machines that are busy with something else. */
const PATIENCE_MS = [250, 1_000];

/** Runs what a schema asks for, as long as an honest one may take; throws TimeLimitReached. */
export function withinPatience<T>(run: () => T): T {
  const [first = 0, second = 0] = PATIENCE_MS;
  try {
    return withinTime(first, run);
  } catch (error) {
    if (!(error instanceof TimeLimitReached)) throw error;
    return withinTime(second, run);
  }
}
