import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../lib/json.ts';
import { TimeLimitReached } from '../lib/time-limit.ts';
import { lendCompiler } from './lend-compiler.ts';
import { withoutDialect, withoutSlowKeywords } from './without-slow-keywords.ts';

const MAX_FAULT_CHARS = 300;

export interface SchemaChecker {
  /**
   * Why nothing can be held against this schema, in words for its author; undefined for one that can be used. What is
   * never run here is looked at as well, since models and providers run it: patterns above all.
   */
  faultOf(schema: JsonObject): string | undefined;
}

export function createSchemaChecker(): SchemaChecker {
  const withCompiler = lendCompiler(
    () =>
      new Ajv2020({
        strict: false,
        validateFormats: false,
        addUsedSchema: false,
        // What is right by the older rules for patterns is right enough: those are never run here.
        unicodeRegExp: false,
        logger: false,
      }),
  );
  return {
    faultOf(schema) {
      try {
        // A reference may lead into what is left out when values are checked.
        for (const form of [withoutDialect(schema), withoutSlowKeywords(schema)]) {
          withCompiler((ajv) => {
            try {
              ajv.compile(form);
            } finally {
              // Ajv would keep every schema that it ever saw.
              ajv.removeSchema(form);
            }
          });
        }
        return undefined;
      } catch (cause) {
        if (cause instanceof TimeLimitReached) return 'it takes too long to read';
        const why = cause instanceof Error ? cause.message : 'it can not be compiled';
        return why.slice(0, MAX_FAULT_CHARS);
      }
    },
  };
}
