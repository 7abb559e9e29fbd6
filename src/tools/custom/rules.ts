import { isSandboxAccount } from '../../accounts/index.ts';
import { invalid, MusterError } from '../../lib/errors.ts';
import { type GuardedHttp, vetForLater, whyRefused } from '../../lib/guarded-http/index.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { createSchemaCompiler } from '../compile-schema.ts';
import { toolErrors } from '../errors.ts';
import { createSchemaChecker } from '../schema/schema-checker.ts';

/** What every provider of models takes as the name of a tool. */
const NAME = /^[a-zA-Z][\w-]{0,63}$/;
/** Stand in paths where a tool's name can stand, or are given to agents by crews. */
const RESERVED = new Set(['custom', 'mcp', 'delegate_work', 'ask_coworker']);
const MAX_SCHEMA_CHARS = 32_000;
const MAX_FAULT_CHARS = 300;
const MAX_DESCRIPTION_CHARS = 4_000;

/** Throws a 400 for a name of another form, a 409 for one that is built in. */
export function checkToolName(name: string, isBuiltIn: (name: string) => boolean): string {
  if (!NAME.test(name)) {
    throw invalid('name', 'must be 1 to 64 letters, digits, _ and -, beginning with a letter');
  }
  if (name.includes('__')) throw invalid('name', 'must not hold "__", which stands in names of MCP tools');
  if (isBuiltIn(name) || RESERVED.has(name)) throw nameTaken(name, 'is built in');
  return name;
}

export function nameTaken(name: string, why: string): MusterError {
  return toolErrors.tool_name_taken(`The name '${name}' ${why}. Choose another one.`, { field: 'name' });
}

export function checkDescription(description: string): string {
  const text = description.trim();
  if (text === '') throw invalid('description', 'is required: a model chooses the tool by it');
  if (text.length > MAX_DESCRIPTION_CHARS) {
    throw invalid('description', `must be at most ${MAX_DESCRIPTION_CHARS} characters`);
  }
  return text;
}

/** The schema as models are given it: of an object. Throws a 400 for what is no JSON Schema. */
export function checkParameters(schema: JsonObject): JsonObject {
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARS) {
    throw invalid('parameters', `must be at most ${MAX_SCHEMA_CHARS} characters of JSON`);
  }
  if (schema.type !== undefined && schema.type !== 'object') {
    throw invalid('parameters.type', 'must be "object": arguments have names');
  }
  if (schema.properties !== undefined && !isJsonObject(schema.properties)) {
    throw invalid('parameters.properties', 'must be an object of schemas by name');
  }
  const whole: JsonObject = { ...schema, type: 'object', properties: schema.properties ?? {} };
  const fault = createSchemaChecker().faultOf(whole) ?? compileFaultOf(whole);
  if (fault !== undefined) throw invalid('parameters', `is not a JSON Schema that can be used: ${fault}`);
  return whole;
}

/** Unlike an answer, arguments are always held against their schema. */
function compileFaultOf(schema: JsonObject): string | undefined {
  try {
    createSchemaCompiler().compile(schema);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message.slice(0, MAX_FAULT_CHARS) : 'it can not be compiled';
  }
}

/**
 * Throws a 400 when the address is of another form, or private without the operator's leave. For a sandbox nothing is
 * asked, since nothing is ever sent there.
 */
export async function checkAddress(
  guardedHttp: Pick<GuardedHttp, 'vet'>,
  accountId: string,
  field: string,
  address: string,
): Promise<void> {
  if (isSandboxAccount(accountId)) return;
  try {
    await vetForLater(guardedHttp, address);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    throw invalid(field, whyRefused(error));
  }
}
