import { type Static, Type } from 'typebox';
import { CapFields } from '../caps.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time, Usd } from '../schemas.ts';

const optional = <Schema extends Parameters<typeof Nullable>[0]>(schema: Schema) =>
  Type.Optional(Nullable(schema));
const text = (maxLength: number, description?: string) =>
  optional(Type.String({ maxLength, ...(description !== undefined && { description }) }));

const Effort = Type.Enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);
const Stop = Type.Union([Type.String({ maxLength: 200 }), Type.Array(Type.String({ maxLength: 200 }))]);

/** Stand beside the other fields or inside `parameters`. */
const commonParameters = {
  temperature: optional(Type.Number()),
  top_p: optional(Type.Number()),
  max_output_tokens: optional(Type.Integer()),
  reasoning_effort: optional(Effort),
  stop: optional(Stop),
};

const Parameters = Closed({
  ...commonParameters,
  presence_penalty: optional(Type.Number()),
  frequency_penalty: optional(Type.Number()),
  seed: optional(Type.Integer()),
});

/** What is left out stays; null sets the default. */
export const AgentBody = Closed({
  name: Type.Optional(Type.String({ maxLength: 200, description: 'Default: the role.' })),
  description: text(5_000),
  instructions: text(200_000, 'The system prompt; left empty it is made of role, goal and backstory.'),
  role: text(2_000),
  goal: text(20_000),
  backstory: text(50_000),
  model: Type.Optional(Type.String({ maxLength: 200, description: '`provider/model`, or a bare name.' })),
  llm: Type.Optional(Type.String({ maxLength: 200, description: 'The same as `model`.' })),
  parameters: optional(Parameters),
  ...commonParameters,
  tools: optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
  knowledge: optional(
    Closed({
      mode: Type.Optional(
        Type.Enum(['tool', 'always'], {
          description: 'tool: the model searches the documents when it wants; always: with every message.',
        }),
      ),
      limit: Type.Optional(Type.Integer({ description: 'Passages at a time.' })),
    }),
  ),
  max_steps: optional(Type.Integer({ description: 'Model calls in one turn.' })),
  max_cost_usd: optional(Type.Number({ description: 'What one turn may cost.' })),
  daily_limit_usd: optional(Type.Number({ description: 'What all its calls may cost a day (UTC).' })),
  monthly_limit_usd: optional(Type.Number({ description: 'What all its calls may cost a month (UTC).' })),
  crew_id: optional(Type.String({ maxLength: 100 })),
  metadata: optional(Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 512 }))),
});

export type AgentFields = Static<typeof AgentBody>;

export const CreatedAgent = Type.Object({
  id: Type.String(),
  status: Type.Literal('created'),
  version: Type.Integer(),
});

const StatusName = Type.String({ description: 'ready, or error: its model cannot be called any more.' });

const CrewName = Nullable(Type.String({ description: 'What its crew is called now.' }));

export const AgentEntry = Type.Object({
  id: Type.String(),
  name: Type.String(),
  crew_id: Nullable(Type.String()),
  crew_name: CrewName,
  model: Type.String(),
  status: StatusName,
  ...CapFields,
  version: Type.Integer(),
  created_at: Time,
  updated_at: Time,
});

export const AgentListQuery = Closed({
  ...PageQuery,
  crew_id: Type.Optional(Id),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the name.' })),
  capped: Type.Optional(
    Type.Boolean({ description: 'true: those with a cap of a day or month; false: those without.' }),
  ),
});

export const AgentList = Type.Object({ agents: Type.Array(AgentEntry), ...PageReply });

const config = {
  name: Type.String(),
  description: Type.String(),
  instructions: Type.String(),
  role: Type.String(),
  goal: Type.String(),
  backstory: Type.String(),
  model: Type.String(),
  parameters: Type.Object({
    temperature: Type.Optional(Type.Number()),
    top_p: Type.Optional(Type.Number()),
    max_output_tokens: Type.Optional(Type.Integer()),
    reasoning_effort: Type.Optional(Type.String()),
    stop: Type.Optional(Type.Array(Type.String())),
    presence_penalty: Type.Optional(Type.Number()),
    frequency_penalty: Type.Optional(Type.Number()),
    seed: Type.Optional(Type.Integer()),
  }),
  tools: Type.Array(Type.String()),
  knowledge: Type.Object({ mode: Type.String(), limit: Type.Integer() }),
  max_steps: Type.Integer(),
  max_cost_usd: Nullable(Usd),
  daily_limit_usd: Nullable(Usd),
  monthly_limit_usd: Nullable(Usd),
  crew_id: Nullable(Type.String()),
  metadata: Type.Record(Type.String(), Type.String()),
};

export const AgentReply = Type.Object({
  id: Type.String(),
  ...config,
  status: StatusName,
  version: Type.Integer({ description: 'Counts up with each change; also the ETag.' }),
  created_at: Time,
  updated_at: Time,
});

export const AgentDetails = Type.Object({
  ...AgentReply.properties,
  ...CapFields,
  crew_name: CrewName,
  model_error: Nullable(
    Type.Object(
      {
        code: Type.String({ description: 'model_not_configured or model_without_price.' }),
        message: Type.String({ description: 'Why, and the way out.' }),
        setting: Nullable(
          Type.String({
            description: 'The setting of the server that switches its provider on, if there is one.',
          }),
        ),
      },
      { description: 'What its calls are refused with as things stand; null: its model can be called.' },
    ),
  ),
});

export const VersionEntry = Type.Object({
  agent_id: Type.String(),
  version: Type.Integer(),
  ...config,
  created_by: Nullable(Type.String({ description: 'A user; null: nobody, such as at the first start.' })),
  created_by_name: Nullable(
    Type.String({ description: 'Their name now, or their e-mail address; null once they are removed.' }),
  ),
  created_at: Time,
});

export const VersionList = Type.Object({ versions: Type.Array(VersionEntry), ...PageReply });

export const VersionParams = Type.Object({
  id: Id,
  version: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
});
