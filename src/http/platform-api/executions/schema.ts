import { Type } from 'typebox';
import { PartQuery } from '../parts.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time, Usd } from '../schemas.ts';

const Inputs = Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), {
  description: 'A value for each placeholder of the crew.',
});

const MaxCost = Type.Number({ description: "What the job may cost; default: the crew's max_cost_usd." });

export const StartBody = Closed({
  crew_id: Id,
  inputs: Type.Optional(Inputs),
  user: Type.Optional(
    Type.String({ maxLength: 200, description: "Whose memory is used beside the crew's own." }),
  ),
  max_cost_usd: Type.Optional(MaxCost),
});

export const StartedReply = Type.Object({
  job_id: Type.String(),
  status: Type.Literal('queued'),
  estimated_duration: Type.Integer({ description: "Seconds, by the crew's past jobs." }),
});

export const BatchBody = Closed({
  crew_id: Id,
  inputs: Type.Array(Inputs, { minItems: 1, maxItems: 1_000, description: 'One job each.' }),
  concurrency: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'How many of its jobs run at once; default 5.' }),
  ),
  user: Type.Optional(Type.String({ maxLength: 200 })),
  max_cost_usd: Type.Optional(Type.Number({ description: 'What each job may cost.' })),
});

export const BatchStarted = Type.Object({
  batch_id: Type.String(),
  jobs: Type.Array(Type.Object({ job_id: Type.String(), status: Type.Literal('queued') })),
});

const Usage = Type.Object({
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  cost_usd: Usd,
});

const StatusName = Type.String({
  description: 'queued, running, waiting_for_input, completed, failed or stopped.',
});

const TaskOutputReply = Type.Object({
  task_id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  agent_id: Nullable(Type.String()),
  agent: Type.String(),
  status: Type.String(),
  kept: Type.Boolean({ description: 'The output is that of the job that was rerun.' }),
  needs: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Ids of the tasks whose outputs it is given. Only where one job is asked for.',
    }),
  ),
  output: Nullable(Type.String()),
  error: Nullable(Type.String()),
  started_at: Nullable(Time),
  finished_at: Nullable(Time),
  usage: Usage,
});

export const ExecutionReply = Type.Object({
  job_id: Type.String(),
  crew_id: Type.String(),
  crew_name: Type.String({ description: 'As the crew is called now.' }),
  batch_id: Nullable(Type.String()),
  rerun_of: Nullable(Type.String()),
  status: StatusName,
  progress: Type.Integer({ minimum: 0, maximum: 100, description: 'Never falls; 100 when completed.' }),
  current_task: Nullable(Type.String()),
  created_at: Time,
  started_at: Nullable(Time),
  finished_at: Nullable(Time),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  result: Nullable(Type.String({ description: 'The output of the last task.' })),
  tasks_output: Type.Array(TaskOutputReply),
  error: Nullable(
    Type.Object({
      code: Type.String(),
      message: Type.String(),
      details: Type.Object({ code: Type.String() }),
    }),
  ),
  usage: Usage,
  max_cost_usd: Nullable(Usd),
});

const Brief = Type.Boolean({
  description: 'Leaves out what the tasks made: `tasks_output` is empty, `result` null.',
});

export const ExecutionListQuery = Closed({
  ...PageQuery,
  crew_id: Type.Optional(Id),
  batch_id: Type.Optional(Id),
  status: Type.Optional(
    Type.Enum(['queued', 'running', 'waiting_for_input', 'completed', 'failed', 'stopped']),
  ),
  from: Type.Optional(Type.String({ maxLength: 40, description: 'Made then or later: a day or a time.' })),
  to: Type.Optional(
    Type.String({ maxLength: 40, description: 'Made before that time, or until the end of that day.' }),
  ),
  brief: Type.Optional(Brief),
});

export const ExecutionList = Type.Object({ executions: Type.Array(ExecutionReply), ...PageReply });

export const BatchQuery = Closed({
  ...PartQuery,
  brief: Type.Optional(Brief),
});

export const BatchReply = Type.Object({
  batch_id: Type.String(),
  crew_id: Type.String(),
  concurrency: Type.Integer(),
  created_at: Time,
  status: Type.String({ description: 'running while a job is open, else completed.' }),
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'All of its jobs, by status.' }),
  ...PageReply,
  cost_usd: Usd,
  jobs: Type.Array(ExecutionReply, { description: 'In the order of the inputs.' }),
});

export const TraceQuery = Closed(PartQuery);

export const TraceList = Type.Object({
  traces: Type.Array(
    Type.Object(
      {
        timestamp: Time,
        agent: Type.String(),
        action: Type.String({ description: "A tool's name, llm_call, task_started, guardrail, …" }),
        result: Type.String(),
      },
      {
        additionalProperties: true,
        description:
          'Further members say more about the action. A model call beside the work on a task has a `purpose`: guardrail or memory.',
      },
    ),
  ),
  ...PageReply,
});

export const StatusReply = Type.Object({ job_id: Type.String(), status: StatusName });

export const ResumeBody = Closed({
  task_id: Type.String({ minLength: 1, maxLength: 200 }),
  approve: Type.Boolean(),
  feedback: Type.Optional(
    Type.String({ maxLength: 50_000, description: 'What has to change, when it is not approved.' }),
  ),
  max_cost_usd: Type.Optional(
    Type.Number({ description: 'The new bound of a job that waits at its max_cost_usd.' }),
  ),
});

export const RerunBody = Closed({
  from_task: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Id or name; what was before it is kept.' }),
  ),
  inputs: Type.Optional(Inputs),
  max_cost_usd: Type.Optional(MaxCost),
  use_current_crew: Type.Optional(
    Type.Boolean({ description: 'The crew as it is now, instead of as it was. So it is with other inputs.' }),
  ),
});

export const WaitList = Type.Object({
  waits: Type.Array(
    Type.Object({
      task_id: Type.String(),
      reason: Type.String({
        description:
          'input: approve or send back. max_cost: approve with a higher max_cost_usd. unknown_outcome: retry it, or fail.',
      }),
      prompt: Type.String(),
      since: Time,
    }),
  ),
  ...PageReply,
});

export const WaitQuery = Closed(PartQuery);
