import { type ErrorSpec, MusterError } from '../lib/errors.ts';
import { TerminalError } from './retry.ts';

/** Marks what JSON has no form for: `{ "$muster": ["bigint", "12"] }`. An object that has this key itself is wrapped. */
const TAG = '$muster';

/**
 * The text under which a step's value is kept. Beyond JSON it carries bigint, bytes, undefined in lists and errors
 * (MusterError and TerminalError with what is public of them). Throws for what would come back as something else.
 */
export function encodeValue(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(toPlain(value));
}

export function decodeValue(text: string | null): unknown {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return text.includes(TAG) ? fromPlain(value) : value;
}

function toPlain(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`A step's value holds ${value}, which cannot be kept`);
      return value;
    case 'bigint':
      return tagged('bigint', value.toString());
    case 'undefined':
      return tagged('undefined', null);
    case 'object':
      return value === null ? null : objectToPlain(value);
    default:
      throw new TypeError(`A step's value holds a ${typeof value}, which cannot be kept`);
  }
}

function objectToPlain(value: object): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Error) return tagged('error', errorToPlain(value));
  if (value instanceof Uint8Array) return tagged('bytes', Buffer.from(value).toString('base64'));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`A step's value holds a ${value.constructor?.name}, which cannot be kept`);
  }
  const plain: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) plain[key] = toPlain(member);
  }
  return TAG in plain ? tagged('object', plain) : plain;
}

/** `cause` stays out: it is for the log of the process that saw it. */
function errorToPlain(error: Error): unknown {
  const { name, message } = error;
  if (error instanceof TerminalError) return { name, message, code: error.code };
  if (!(error instanceof MusterError)) return { name, message };
  const { cause: _, ...details } = error.details;
  return { name, message, code: error.code, spec: { ...error.spec }, details: toPlain(details) };
}

function tagged(kind: string, content: unknown): unknown {
  return { [TAG]: [kind, content] };
}

function fromPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  if (TAG in value && Array.isArray(value[TAG])) return untag(String(value[TAG][0]), value[TAG][1]);
  return membersFromPlain(value);
}

function membersFromPlain(value: object): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) members[key] = fromPlain(member);
  return members;
}

function untag(kind: string, content: unknown): unknown {
  switch (kind) {
    case 'bigint':
      return BigInt(String(content));
    case 'undefined':
      return undefined;
    case 'bytes':
      return new Uint8Array(Buffer.from(String(content), 'base64'));
    case 'object':
      return membersFromPlain(Object(content));
    case 'error':
      return errorFromPlain(Object(content));
    default:
      throw new Error(`A stored value is of the unknown kind '${kind}'; it was written by a newer Muster`);
  }
}

interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly spec?: ErrorSpec;
  readonly details?: object;
}

function errorFromPlain(plain: PlainError): Error {
  const { name, message, code, spec, details } = plain;
  if (code !== undefined && spec)
    return new MusterError(code, spec, message, membersFromPlain(details ?? {}));
  if (code !== undefined) return new TerminalError(code, message);
  const error = new Error(message);
  error.name = name;
  return error;
}
