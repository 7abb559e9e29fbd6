import { Type } from 'typebox';
import { invalid } from '../../../lib/errors.ts';
import { IncludeQuery } from '../responses/includes.ts';

const Item = Type.Record(Type.String(), Type.Unknown());
const Metadata = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]);

export const ConversationParams = Type.Object({ id: Type.String({ maxLength: 64 }) });
export const ItemParams = Type.Object({
  id: Type.String({ maxLength: 64 }),
  itemId: Type.String({ maxLength: 128 }),
});

export const ItemQuery = Type.Object(IncludeQuery, { additionalProperties: true });

/** As many as OpenAI takes at once. */
const MAX_ITEMS_AT_ONCE = 20;

export const CreateConversationBody = Type.Object(
  {
    items: Type.Optional(Type.Union([Type.Array(Item, { maxItems: MAX_ITEMS_AT_ONCE }), Type.Null()])),
    metadata: Type.Optional(Metadata),
  },
  { additionalProperties: true },
);

export const UpdateConversationBody = Type.Object({ metadata: Metadata }, { additionalProperties: true });

export const CreateItemsBody = Type.Object(
  { items: Type.Array(Item, { minItems: 1, maxItems: MAX_ITEMS_AT_ONCE }) },
  { additionalProperties: true },
);

/** Up to 16 pairs of texts. Throws validation errors that name the pair. */
export function toMetadata(
  given: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, string> {
  const entries = Object.entries(given ?? {});
  if (entries.length > 16) throw invalid('metadata', 'must have at most 16 keys');
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key.length > 64) throw invalid('metadata', 'keys have at most 64 characters');
      if (typeof value !== 'string' || value.length > 512) {
        throw invalid(`metadata.${key}`, 'must be a text of at most 512 characters');
      }
      return [key, value];
    }),
  );
}
