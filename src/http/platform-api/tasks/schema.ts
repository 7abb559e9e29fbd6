import { Type } from 'typebox';
import { Closed, Id, Nullable, PageQuery, PageReply, Time } from '../schemas.ts';

const optional = <Schema extends Parameters<typeof Nullable>[0]>(schema: Schema) =>
  Type.Optional(Nullable(schema));
const JsonSchema = Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema.' });

/** A task as a crew's request and its own have it. What is left out stays; null sets the default. */
export const taskFields = {
  name: optional(Type.String({ maxLength: 200, description: 'Unique in the crew.' })),
  description: Type.Optional(Type.String({ maxLength: 50_000 })),
  expected_output: optional(Type.String({ maxLength: 20_000 })),
  context: optional(
    Type.Array(Type.String({ maxLength: 50_000 }), {
      maxItems: 100,
      description:
        'Left out: the outputs of all earlier tasks. An id or name of a task of the crew: its output. Any other text: itself.',
    }),
  ),
  async: optional(Type.Boolean({ description: 'Runs at once beside the async tasks next to it.' })),
  human_input: optional(
    Type.Boolean({ description: 'The job waits until a person has approved the output.' }),
  ),
  output_schema: optional(JsonSchema),
  guardrail: optional(
    Type.String({
      maxLength: 20_000,
      description: "What the output must be like; the agent's model judges.",
    }),
  ),
  max_retries: optional(Type.Integer({ description: 'How often a refused output is asked for again.' })),
  tools: optional(
    Type.Array(Type.String({ maxLength: 100 }), { maxItems: 64, description: "Instead of the agent's own." }),
  ),
  timeout_s: optional(Type.Number()),
  agent_id: optional(Id),
  agent: Type.Optional(
    Type.Union([Type.String({ maxLength: 2_000 }), Type.Integer({ minimum: 0 })], {
      description: "The crew's agent by its role, name or id, or by its place from 0.",
    }),
  ),
};

export const TaskBody = Closed({ ...taskFields, crew_id: optional(Id) });

export const CreatedTask = Type.Object({ id: Type.String(), status: Type.Literal('created') });

const TaskStatusName = Type.String({
  description:
    'created, pending, running, waiting_for_input, completed, failed or stopped, by its latest job.',
});

export const TaskReply = Type.Object({
  id: Type.String(),
  name: Nullable(Type.String()),
  description: Type.String(),
  expected_output: Type.String(),
  agent_id: Nullable(Type.String()),
  crew_id: Nullable(Type.String()),
  context: Nullable(Type.Array(Type.String())),
  async: Type.Boolean(),
  human_input: Type.Boolean(),
  output_schema: Nullable(Type.Record(Type.String(), Type.Unknown())),
  guardrail: Nullable(Type.String()),
  max_retries: Type.Integer(),
  tools: Nullable(Type.Array(Type.String())),
  timeout_s: Nullable(Type.Number()),
  status: TaskStatusName,
  created_at: Time,
  updated_at: Time,
});

export const TaskListQuery = Closed({
  ...PageQuery,
  crew_id: Type.Optional(Id),
  agent_id: Type.Optional(Id),
});

export const TaskList = Type.Object({ tasks: Type.Array(TaskReply), ...PageReply });
