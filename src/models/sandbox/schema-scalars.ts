import type { JsonObject } from '../../lib/json.ts';
import { bound, count, fits } from './schema-fit.ts';

const FORMATS: Readonly<Record<string, (variant: number) => string>> = {
  'date-time': (n) => `2026-01-01T00:00:${pad(n)}Z`,
  date: (n) => `2026-01-${pad((n % 28) + 1)}`,
  time: (n) => `00:00:${pad(n)}Z`,
  duration: (n) => `PT${n + 1}S`,
  email: (n) => `sandbox${n || ''}@example.com`,
  'idn-email': (n) => `sandbox${n || ''}@example.com`,
  hostname: (n) => `host${n || ''}.example.com`,
  'idn-hostname': (n) => `host${n || ''}.example.com`,
  ipv4: (n) => `192.0.2.${(n % 254) + 1}`,
  ipv6: (n) => `2001:db8::${(n + 1).toString(16)}`,
  uri: (n) => `https://example.com/${n || ''}`,
  iri: (n) => `https://example.com/${n || ''}`,
  url: (n) => `https://example.com/${n || ''}`,
  'uri-reference': (n) => `/${n || ''}`,
  uuid: (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
  'json-pointer': (n) => `/${n}`,
  regex: (n) => `^${n}$`,
};

const PATTERN_CANDIDATES = [
  ...[
    'a',
    'A',
    '1',
    'ab',
    'AB',
    'abc',
    'ABC',
    'Abc',
    '12',
    '123',
    '1234',
    '12345',
    '123456',
    '12345-6789',
    'abc123',
  ],
  ...[
    'ABC123',
    'ABC-123',
    'AB-1234',
    'a-b',
    'a_b',
    '1.0',
    '1.0.0',
    '2026-01-01',
    '00:00',
    '12:00',
    '#a1b2c3',
    '+15550100',
  ],
  ...[
    '555-0100',
    '(555) 555-0100',
    'en',
    'en-US',
    'USD',
    'sandbox',
    'Sandbox',
    'a@example.com',
    'https://example.com',
  ],
  ...['00000000-0000-4000-8000-000000000000', 'deadbeef', '$1.00', '1%', '/a', 'a.b', 'A1', 'a1', 'A1B 2C3'],
];

export function makeString(name: string, schema: JsonObject, variant: number): string {
  const least = Math.min(count(schema.minLength), 100_000);
  const most = schema.maxLength === undefined ? Number.POSITIVE_INFINITY : count(schema.maxLength);
  if (typeof schema.pattern === 'string') {
    const pattern = schema.pattern;
    const found = PATTERN_CANDIDATES.filter((text) => fits(text, { ...schema, pattern }));
    if (found.length > 0) return found[variant % found.length] ?? '';
  }
  const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  if (format !== undefined) return format(variant);
  let text = variant === 0 ? name || 'sandbox' : `${name || 'sandbox'} ${variant + 1}`;
  if (text.length > most && variant > 0) text = String(variant);
  return text.padEnd(least, '.').slice(0, most);
}

export function makeNumber(schema: JsonObject, integer: boolean, variant: number): number {
  const over =
    bound(schema.exclusiveMinimum) ?? (schema.exclusiveMinimum === true ? bound(schema.minimum) : undefined);
  const under =
    bound(schema.exclusiveMaximum) ?? (schema.exclusiveMaximum === true ? bound(schema.maximum) : undefined);
  const step = bound(schema.multipleOf) ?? (integer ? 1 : undefined);
  let low = bound(schema.minimum) ?? Number.NEGATIVE_INFINITY;
  let high = bound(schema.maximum) ?? Number.POSITIVE_INFINITY;
  const nudge = step ?? between(over, under);
  if (over !== undefined)
    low = Math.max(low, step === undefined ? over + nudge : (Math.floor(over / step) + 1) * step);
  if (under !== undefined)
    high = Math.min(high, step === undefined ? under - nudge : (Math.ceil(under / step) - 1) * step);
  let value = Math.min(high, Math.max(low, step ?? 1)) + variant * nudge;
  if (step !== undefined) value = Math.ceil(value / step - 1e-9) * step;
  if (value > high) value = step === undefined ? high : Math.floor(high / step) * step;
  return value;
}

function between(over: number | undefined, under: number | undefined): number {
  if (over === undefined || under === undefined) return 1;
  return Math.min(1, (under - over) / 2);
}

function pad(value: number): string {
  return String(value % 60).padStart(2, '0');
}
