import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../lib/json.ts';
import { TimeLimitReached } from '../../lib/time-limit.ts';
import { lendCompiler } from '../lend-compiler.ts';
import { toNewForm, withoutSlowKeywords } from './checkable-schema.ts';
import { describeFault } from './describe-fault.ts';
import { withLocalReferences } from './local-references.ts';
import { patternFaultOf } from './pattern-fault.ts';

const MAX_FAULT_CHARS = 300;
const MAX_CACHED_SCHEMAS = 1_000;

export interface SchemaChecker {
  /**
   * Why this is no JSON Schema of any dialect, in words for its author; undefined for one that can be told to a model. One
   * without a fault may still be of a form that values cannot be held against.
   */
  faultOf(schema: JsonObject): string | undefined;
}

/** Remembers what it was asked last: programs send the same schema with every request. */
export function createSchemaChecker(): SchemaChecker {
  const withCompiler = lendCompiler(
    () =>
      // Whether it is a schema is asked for by itself: one may be right and yet not to be compiled.
      new Ajv2020({
        strict: false,
        validateFormats: false,
        validateSchema: false,
        addUsedSchema: false,
        logger: false,
      }),
  );
  const known = new Map<string, string | undefined>();
  return {
    faultOf(schema) {
      const key = createHash('sha256').update(JSON.stringify(schema)).digest('base64url');
      if (known.has(key)) return known.get(key);
      try {
        const fault = withCompiler((ajv) => read(ajv, schema))?.slice(0, MAX_FAULT_CHARS);
        const [oldest] = known.keys();
        if (known.size >= MAX_CACHED_SCHEMAS && oldest !== undefined) known.delete(oldest);
        known.set(key, fault);
        return fault;
      } catch (cause) {
        if (cause instanceof TimeLimitReached) return 'it takes too long to read';
        throw cause;
      }
    },
  };
}

function read(ajv: Ajv2020, given: JsonObject): string | undefined {
  const { schema, lost } = withLocalReferences(given);
  const form = toNewForm(schema);
  if (!ajv.validateSchema(form)) return describeFault(ajv.errors ?? []);
  if (lost.length > 0) return `can't resolve reference ${lost[0]}; what it names must stand in the schema`;
  return patternFaultOf(form) ?? tryToCompile(ajv, withoutSlowKeywords(form));
}

/** Ends the time limit where it is slow: nothing here catches that. */
function tryToCompile(ajv: Ajv2020, form: JsonObject): undefined {
  try {
    ajv.compile(form);
  } catch {
    // What cannot be compiled is told to the model and not held against the answer.
  } finally {
    // Ajv would keep every schema that it ever saw.
    ajv.removeSchema(form);
  }
}
