import { nearNames } from '../../lib/near-names.ts';

/** The fields of a body that are listened to, and what is to be said of some that are not. */
export interface Fields {
  /** Nothing is said of these. */
  readonly heard: ReadonlySet<string>;
  /** What is known from elsewhere, with what to do instead. */
  readonly unheard: ReadonlyMap<string, string>;
  /** What somebody may have meant. */
  readonly names: readonly string[];
}

/** What other vendors' models take, and ours are not given. */
export const VENDOR_FIELDS: readonly (readonly [string, string])[] = [
  ['min_p', 'it is not passed on to models'],
  ['moderation', 'answers are not moderated apart'],
  ['repetition_penalty', 'it is not passed on to models'],
  ['top_a', 'it is not passed on to models'],
  ['top_k', 'it is not passed on to models'],
];

/** Fields of OpenAI's that change nothing in an answer. */
export const QUIET_FIELDS: readonly string[] = [
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
];

/** A misspelt body is short; a body of nothing but unknown fields is told of in a few lines. */
const MAX_LINES = 8;
const MAX_NAME = 64;
const NONE: readonly string[] = [];

/**
 * A sentence for each field of a body that is not listened to; null counts as not given. Costs a look-up a field where
 * all are. `isHarmless` says of a known one that its value asks for nothing but what is done anyway.
 */
export function warnOfFields(
  body: object,
  fields: Fields,
  isHarmless: (name: string, value: unknown) => boolean = () => false,
): readonly string[] {
  let lines: string[] | undefined;
  let more = 0;
  for (const name in body) {
    if (fields.heard.has(name)) continue;
    const value: unknown = Reflect.get(body, name);
    if (value === null) continue;
    const why = fields.unheard.get(name);
    if (why !== undefined && isHarmless(name, value)) continue;
    lines ??= [];
    if (why !== undefined) lines.push(`${name} has no effect: ${why}.`);
    else if (lines.length < MAX_LINES) lines.push(unknownField(name, fields.names));
    else more += 1;
  }
  if (!lines) return NONE;
  if (more > 0)
    lines.push(
      `${more} more ${more === 1 ? 'field is' : 'fields are'} not known here and ${more === 1 ? 'has' : 'have'} no effect.`,
    );
  return lines;
}

function unknownField(name: string, known: readonly string[]): string {
  const shown = (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\ufffd');
  // Whatever is short is near to what is as short.
  const [meant] = nearNames(
    name,
    known.filter(({ length }) => length > 2),
  );
  const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
  return `'${shown}' is not a field of this request and has no effect.${hint}`;
}
