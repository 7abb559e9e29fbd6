import { createHash, randomBytes } from 'node:crypto';

/** Something that took time, as OpenTelemetry has it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'client';
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** What went wrong: a code, never a text with what users wrote. */
  readonly error?: string | undefined;
}

const KINDS = { internal: 1, client: 3 };
const STATUS_ERROR = 2;

/** The same for the same work, in whatever process it goes on. */
export function traceIdOf(work: string): string {
  return createHash('sha256').update(`trace ${work}`).digest('hex').slice(0, 32);
}

export function spanIdOf(work: string): string {
  return createHash('sha256').update(`span ${work}`).digest('hex').slice(0, 16);
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** The body of a request to `/v1/traces`, in the JSON form of OTLP. */
export function toTraces(
  service: { readonly name: string; readonly version: string },
  spans: readonly Span[],
) {
  const resource = { 'service.name': service.name, 'service.version': service.version };
  return {
    resourceSpans: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeSpans: [{ scope: { name: 'muster', version: service.version }, spans: spans.map(toOtlp) }],
      },
    ],
  };
}

function toOtlp(span: Span) {
  const { traceId, spanId, parentSpanId, name, kind, startMs, endMs, attributes, error } = span;
  return {
    ...{ traceId, spanId, ...(parentSpanId && { parentSpanId }), name, kind: KINDS[kind] },
    startTimeUnixNano: toNano(startMs),
    endTimeUnixNano: toNano(endMs),
    attributes: toAttributes({ ...attributes, ...(error !== undefined && { 'error.type': error }) }),
    status: error === undefined ? {} : { code: STATUS_ERROR, message: error },
  };
}

function toNano(ms: number): string {
  return (BigInt(Math.round(ms)) * 1_000_000n).toString();
}

function toAttributes(attributes: Span['attributes']) {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: toValue(value) }],
  );
}

function toValue(value: string | number | boolean | readonly string[]): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } };
  }
}
