import { type Static, Type } from 'typebox';
import { usdNumber } from '../../../billing/index.ts';
import type { ListedModel, ModelPrice } from '../../../models/index.ts';
import { Closed, Nullable, PageQuery, PageReply } from '../schemas.ts';

const UsdPerMillion = Type.Number({ description: 'US dollars per million tokens.' });

export const ModelListQuery = Closed({
  ...PageQuery,
  provider: Type.Optional(Type.String({ maxLength: 100 })),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the id or name.' })),
});

export const Price = Type.Object({
  currency: Type.Literal('usd'),
  input_usd_per_million: UsdPerMillion,
  cached_input_usd_per_million: UsdPerMillion,
  output_usd_per_million: UsdPerMillion,
  source: Type.String({
    description: 'library, account (set here), operator (set for the whole server) or built-in.',
  }),
});

export const ModelEntry = Type.Object({
  id: Type.String({ description: 'What an agent names as its model.' }),
  name: Type.String(),
  provider: Type.String(),
  available: Type.Boolean({ description: 'Its provider is switched on.' }),
  context_window: Nullable(Type.Integer()),
  max_output_tokens: Nullable(Type.Integer()),
  inputs: Type.Array(Type.String()),
  reasons: Type.Boolean(),
  price: Nullable(Price),
});

export const ModelListReply = Type.Object({ models: Type.Array(ModelEntry), ...PageReply });

/** The id of a model has a slash; it may be sent encoded or as it is. */
export const ModelParams = Type.Object({ model: Type.String({ minLength: 1, maxLength: 300 }) });
export const ModelPathParams = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 300 }) });

export const PriceBody = Closed({
  input_usd_per_million: UsdPerMillion,
  output_usd_per_million: UsdPerMillion,
  cached_input_usd_per_million: Type.Optional(
    Type.Number({ description: 'Default: the price of other input.' }),
  ),
});

export const PriceReply = Type.Object({ id: Type.String(), price: Price });

export function toPrice(price: ModelPrice): Static<typeof Price> {
  return {
    currency: 'usd',
    input_usd_per_million: usdNumber(price.inputNanoUsdPerMillion),
    cached_input_usd_per_million: usdNumber(price.cachedInputNanoUsdPerMillion),
    output_usd_per_million: usdNumber(price.outputNanoUsdPerMillion),
    source: price.source,
  };
}

export function toModelEntry({ info, available, price }: ListedModel): Static<typeof ModelEntry> {
  return {
    id: info.id,
    name: info.name,
    provider: info.provider,
    available,
    context_window: info.contextWindow ?? null,
    max_output_tokens: info.maxOutputTokens ?? null,
    inputs: [...info.inputs],
    reasons: info.reasons,
    price: price ? toPrice(price) : null,
  };
}
