import { Type } from 'typebox';
import { AgentBody, AgentReply } from '../agents/schema.ts';
import { CapFields } from '../caps.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time, Usd } from '../schemas.ts';
import { TaskReply, taskFields } from '../tasks/schema.ts';

const optional = <Schema extends Parameters<typeof Nullable>[0]>(schema: Schema) =>
  Type.Optional(Nullable(schema));

const { crew_id: _, ...agentFields } = AgentBody.properties;

/** With an id: an agent or task that there is, to be kept and changed. */
const CrewAgent = Closed({ id: Type.Optional(Id), ...agentFields });
const CrewTask = Closed({ id: Type.Optional(Id), ...taskFields });

export const CrewBody = Closed({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  description: optional(Type.String({ maxLength: 5_000 })),
  process: optional(
    Type.Enum(['sequential', 'hierarchical'], {
      description:
        'sequential: tasks in order. hierarchical: a manager hands them to the agents and reviews.',
    }),
  ),
  manager_model: optional(Type.String({ maxLength: 200, description: "Default: the first agent's." })),
  memory: optional(Type.Boolean({ description: 'false: nothing is remembered and nothing recalled.' })),
  max_cost_usd: optional(Type.Number({ description: 'What one job may cost.' })),
  on_max_cost: optional(
    Type.Enum(['stop', 'wait'], {
      description: 'At max_cost_usd a job fails, or waits until a person raises it. Default: stop.',
    }),
  ),
  timeout_s: optional(Type.Number({ description: 'How long one job may work, waits for people left out.' })),
  max_delegations: optional(
    Type.Integer({ description: 'Pieces of work that a manager may hand out a task.' }),
  ),
  max_delegation_depth: optional(Type.Integer({ description: 'How far work may be handed on.' })),
  inputs: optional(
    Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), {
      description: 'For placeholders that a job leaves out.',
    }),
  ),
  agents: Type.Optional(Type.Array(CrewAgent, { description: 'Takes the place of those that there are.' })),
  tasks: Type.Optional(Type.Array(CrewTask, { description: 'Takes the place of those that there are.' })),
});

export const CreatedCrew = Type.Object({
  id: Type.String(),
  name: Type.String(),
  status: Type.Literal('configuring'),
});

export const UpdatedCrew = Type.Object({ id: Type.String(), updated: Type.Literal(true) });

const CrewStatusName = Type.String({ description: 'configuring, or active: it has an agent and a task.' });

export const CrewEntry = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  status: CrewStatusName,
  agents_count: Type.Integer(),
  created_at: Time,
});

export const CrewListQuery = Closed({
  ...PageQuery,
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the name.' })),
});

export const CrewList = Type.Object({ crews: Type.Array(CrewEntry), ...PageReply });

export const CrewReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  process: Type.String(),
  status: CrewStatusName,
  agents: Type.Array(Type.Object({ ...AgentReply.properties, ...CapFields })),
  tasks: Type.Array(TaskReply),
  configuration: Type.Object({
    process: Type.String(),
    manager_model: Nullable(Type.String()),
    memory: Type.Boolean(),
    max_cost_usd: Nullable(Usd),
    on_max_cost: Type.String(),
    timeout_s: Nullable(Type.Number()),
    max_delegations: Type.Integer(),
    max_delegation_depth: Type.Integer(),
    inputs: Type.Record(Type.String(), Type.Unknown()),
  }),
  revision: Type.String({
    description: 'Changes with every save of the crew, its agents and tasks; for If-Match.',
  }),
  created_at: Time,
  updated_at: Time,
});

export const DeleteCrewQuery = Closed({
  force: Type.Optional(Type.Boolean({ description: 'Stops the jobs that are open.' })),
});

export const InputsReply = Type.Object({
  inputs: Type.Array(Type.String(), { description: 'Names of the placeholders.' }),
  required: Type.Array(Type.String(), { description: 'Those without a default.' }),
  placeholders: Type.Array(
    Type.Object({
      name: Type.String(),
      required: Type.Boolean(),
      default: Type.Unknown(),
      used_by: Type.Array(Type.String(), { description: 'Agents and tasks by name.' }),
    }),
  ),
});
