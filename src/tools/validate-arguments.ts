import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../lib/json.ts';
import { withinTime } from '../lib/time-limit.ts';
import { createSchemaCompiler } from './compile-schema.ts';
import { isQuickSchema } from './is-quick-schema.ts';
import { PATIENCE_MS } from './lend-compiler.ts';

const MAX_ARGUMENTS_LENGTH = 100_000;
const MAX_CACHED_SCHEMAS = 500;
const MAX_COMPLAINTS = 5;

type ArgumentsResult =
  | { readonly ok: true; readonly args: JsonObject }
  /** `complaint` tells the model what to change. */
  | { readonly ok: false; readonly complaint: string };

export interface ArgumentsReader {
  /** The arguments as the schema allows them, defaults filled in. Empty text is no arguments. Never throws. */
  read(argumentsText: string, parameters: JsonObject): ArgumentsResult;
}

interface Validator {
  readonly validate: ValidateFunction;
  /** Needs no limit of time, which costs more than the check. */
  readonly isQuick: boolean;
}

/** Validates what models write against tools' schemas; each schema is compiled once, whoever brings it. */
export function createArgumentsReader(): ArgumentsReader {
  const compiler = createSchemaCompiler();
  // Keyed by text, not by object: tools of an account are read from the database for each run.
  const compiled = new Map<string, Validator>();

  const validatorOf = (parameters: JsonObject): Validator => {
    const key = JSON.stringify(parameters);
    const known = compiled.get(key);
    if (known) {
      compiled.delete(key);
      compiled.set(key, known);
      return known;
    }
    const { validate, schema } = compiler.compile(parameters);
    const validator = { validate, isQuick: isQuickSchema(schema) };
    compiled.set(key, validator);
    if (compiled.size > MAX_CACHED_SCHEMAS) {
      const [oldest] = compiled.keys();
      if (oldest !== undefined) compiled.delete(oldest);
    }
    return validator;
  };

  return {
    read(argumentsText, parameters) {
      if (argumentsText.length > MAX_ARGUMENTS_LENGTH) {
        return refused(`The arguments are longer than ${MAX_ARGUMENTS_LENGTH} characters. Send less.`);
      }
      let args: Json;
      try {
        args = argumentsText.trim() === '' ? {} : parseJson(argumentsText);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : 'They are not JSON.';
        return refused(`The arguments cannot be read. ${why}`);
      }
      if (!isJsonObject(args)) {
        return refused('The arguments must be one JSON object such as {"name": "value"}.');
      }
      const given = withoutNulls(args, parameters);
      let validate: ValidateFunction;
      try {
        const validator = validatorOf(parameters);
        validate = validator.validate;
        const check = () => validator.validate(given);
        if (validator.isQuick ? check() : withinTime(PATIENCE_MS, check)) return { ok: true, args: given };
      } catch {
        // The schema is the tool author's; the model can do nothing about it but go on without the tool.
        return refused(
          "The tool's own parameter schema is broken, so it cannot be called. Go on without it.",
        );
      }
      return refused(complaintOf(validate.errors ?? [], parameters));
    },
  };
}

function refused(complaint: string): ArgumentsResult {
  return { ok: false, complaint };
}

function complaintOf(errors: readonly ErrorObject[], parameters: JsonObject): string {
  const said = [...new Set(errors.map(sentenceOf))];
  const shown = said.slice(0, MAX_COMPLAINTS).join(' ');
  const more = said.length > MAX_COMPLAINTS ? ` And ${said.length - MAX_COMPLAINTS} more.` : '';
  return `The arguments are wrong: ${shown}${more} ${signatureOf(parameters)}`;
}

function sentenceOf(error: ErrorObject): string {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = (name?: unknown) => `'${[...path, ...(typeof name === 'string' ? [name] : [])].join('.')}'`;
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'required':
      return `${at(params.missingProperty)} is missing.`;
    case 'additionalProperties':
      return `${at(params.additionalProperty)} is not an argument.`;
    case 'enum':
      return `${at()} must be one of ${JSON.stringify(params.allowedValues)}.`;
    case 'const':
      return `${at()} must be ${JSON.stringify(params.allowedValue)}.`;
    default:
      return path.length === 0 ? `They ${error.message}.` : `${at()} ${error.message}.`;
  }
}

/** One line that shows the model what it may send. */
function signatureOf(parameters: JsonObject): string {
  const properties = isJsonObject(parameters.properties) ? parameters.properties : {};
  const required = requiredOf(parameters);
  const parts = Object.entries(properties).map(([name, schema]) => {
    const type = isJsonObject(schema) && typeof schema.type === 'string' ? schema.type : 'any';
    return `${name} (${type}${required.includes(name) ? ', required' : ''})`;
  });
  return parts.length === 0 ? 'It takes no arguments.' : `Arguments: ${parts.join(', ')}.`;
}

function requiredOf(parameters: JsonObject): readonly Json[] {
  return Array.isArray(parameters.required) ? parameters.required : [];
}

/** Models write null for "not given"; it is taken so where the schema has no use for null. */
function withoutNulls(args: JsonObject, parameters: JsonObject): JsonObject {
  const properties = isJsonObject(parameters.properties) ? parameters.properties : {};
  const required = requiredOf(parameters);
  const kept = Object.entries(args).filter(([name, value]) => {
    if (value !== null || required.includes(name) || !Object.hasOwn(properties, name)) return true;
    const schema = properties[name];
    return !(isJsonObject(schema) && typeof schema.type === 'string' && schema.type !== 'null');
  });
  return Object.fromEntries(kept);
}
