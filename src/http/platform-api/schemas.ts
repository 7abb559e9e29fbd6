import { type TProperties, type TSchema, Type } from 'typebox';
import { isoTime } from '../../lib/clock.ts';

/** An object of a request: a key that is not declared is refused by name. */
export function Closed<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

export function Nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

export const Id = Type.String({ minLength: 1, maxLength: 100 });

export const IdParams = Type.Object({ id: Id });

/** The last page that can be asked for; far behind any list, and its offset is still a whole number. */
const MAX_PAGE = 1_000_000_000;

/** Of every list. */
export const PageQuery = {
  page: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 1, description: 'From 1.' }),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Entries a page.' }),
};

export const ListQuery = Closed(PageQuery);

/** What every list carries beside its entries. */
export const PageReply = {
  total: Type.Integer({ description: 'Entries on all pages together.' }),
  page: Type.Integer(),
};

export const Time = Type.String({ description: 'ISO-8601, UTC.', format: 'date-time' });

export const Usd = Type.Number({ description: 'US dollars, exact to the nano-dollar.' });

/** A time of a reply; null where there is none. */
export function timeOrNull(ms: number | undefined | null): string | null {
  return ms === undefined || ms === null ? null : isoTime(ms);
}
