import { Type } from 'typebox';
import { invalid } from '../../../lib/errors.ts';
import { toOrigin } from '../../widget/index.ts';

export const Origins = Type.Array(Type.String({ maxLength: 300 }), {
  minItems: 1,
  maxItems: 20,
  description: 'Of the pages that may have the chat, such as https://example.com.',
});

/** As browsers send them, each once. Throws a validation error that names the one that is none. */
export function readOrigins(origins: readonly string[]): readonly string[] {
  return [...new Set(origins.map(readOrigin))];
}

function readOrigin(text: string, index: number): string {
  const origin = toOrigin(text);
  if (origin === undefined) {
    throw invalid(`allowed_origins.${index}`, 'must be the origin of a page, such as https://example.com');
  }
  return origin;
}
