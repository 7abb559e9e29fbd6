import { type Static, Type } from 'typebox';

const Model = Type.Object({
  id: Type.String(),
  object: Type.Literal('model'),
  created: Type.Integer(),
  owned_by: Type.String(),
  name: Type.String({ description: 'For people; programs call it by its id.' }),
});

export const ModelList = Type.Object({ object: Type.Literal('list'), data: Type.Array(Model) });

const UsdPerMillion = Type.Union([Type.Number(), Type.Null()]);

export const ModelDetails = Type.Object({
  ...Model.properties,
  description: Type.String(),
  version: Type.Integer({ description: 'Counts up with each change of the agent.' }),
  underlying_model: Type.String(),
  tools: Type.Array(Type.String()),
  knowledge_files: Type.Integer({ description: 'How many documents the agent answers from.' }),
  pricing: Type.Object({
    currency: Type.Literal('usd'),
    input_usd_per_million: UsdPerMillion,
    cached_input_usd_per_million: UsdPerMillion,
    output_usd_per_million: UsdPerMillion,
  }),
});

export type ModelDescription = Static<typeof ModelDetails>;
