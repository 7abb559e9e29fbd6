import { type Static, Type } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import { PROVIDER_KINDS, type Provider, type ServerProvider } from '../../../providers/index.ts';
import { Revision, saveRevision } from '../if-match.ts';
import { Closed, Nullable, PageReply, Time } from '../schemas.ts';

const BaseUrl = Type.String({ maxLength: 2_000, description: 'Up to and without /chat/completions.' });
const ApiKey = Type.String({ minLength: 1, maxLength: 4_000, description: 'Kept sealed; no reply has it.' });
const Models = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  maxItems: 1_000,
  description: "The provider's own names of its models; others can be called too.",
});

export const CreateProviderBody = Closed({
  name: Type.String({
    maxLength: 64,
    description: 'Lower-case letters, digits and dashes; models are then called `name/model`.',
  }),
  kind: Type.Enum([...PROVIDER_KINDS]),
  base_url: Type.Optional(Nullable(BaseUrl)),
  api_key: Type.Optional(Nullable(ApiKey)),
  models: Type.Optional(Models),
});

export const UpdateProviderBody = Closed({
  base_url: Type.Optional(Nullable(BaseUrl)),
  api_key: Type.Optional(Nullable(ApiKey)),
  models: Type.Optional(Models),
});

export const TestProviderBody = Closed({
  model: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "The provider's own name of the model to ask. Default: its cheapest.",
    }),
  ),
});

export const TestProviderReply = Type.Object({
  ok: Type.Boolean(),
  model: Type.String({ description: 'Which model was asked.' }),
  duration_ms: Type.Integer(),
  error: Nullable(
    Type.Object({ code: Type.String(), message: Type.String({ description: 'Why, and the way out.' }) }),
  ),
});

export const ProviderReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  base_url: Nullable(Type.String()),
  has_api_key: Type.Boolean(),
  models: Type.Array(Type.String()),
  created_at: Time,
  revision: Revision,
  updated_at: Time,
});

const ServerProviderReply = Type.Object({
  name: Type.String(),
  setting: Type.String({ description: 'The setting of the server that switches it on for all accounts.' }),
  is_on: Type.Boolean(),
});

export const ProviderList = Type.Object({
  providers: Type.Array(ProviderReply),
  ...PageReply,
  server: Type.Array(ServerProviderReply, { description: 'What the operator can switch on; not paged.' }),
});

export function toServerProvider({
  name,
  setting,
  isOn,
}: ServerProvider): Static<typeof ServerProviderReply> {
  return { name, setting, is_on: isOn };
}

export function toProvider(provider: Provider): Static<typeof ProviderReply> {
  return {
    id: provider.id,
    name: provider.name,
    kind: provider.kind,
    base_url: provider.baseUrl ?? null,
    has_api_key: provider.hasApiKey,
    models: [...provider.models],
    created_at: isoTime(provider.createdAt),
    revision: saveRevision(provider),
    updated_at: isoTime(provider.updatedAt),
  };
}
