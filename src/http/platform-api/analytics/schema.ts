import { type Static, Type } from 'typebox';
import { type Clock, isoTime } from '../../../lib/clock.ts';
import { Closed, Id, Nullable, Time, Usd } from '../schemas.ts';
import { readFrom, readTo } from '../times.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;

export const AnalyticsQuery = Closed({
  from: Type.Optional(
    Type.String({
      maxLength: 40,
      description: `A day or a time; included. Default: ${DAYS} days before \`to\`.`,
    }),
  ),
  to: Type.Optional(
    Type.String({ maxLength: 40, description: 'A day (to its end) or a time (excluded). Default: now.' }),
  ),
  crew_id: Type.Optional(Id),
});

const tokens = {
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer({ description: 'Of the input tokens.' }),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer({ description: 'Of the output tokens.' }),
  cost_usd: Usd,
};

const period = { from: Time, to: Time };
const crew = {
  crew_id: Type.String(),
  crew_name: Type.String({ description: 'As it is now; empty when the crew is gone.' }),
};

export const UsageAnalytics = Type.Object({
  ...period,
  executions: Type.Integer({ description: 'Jobs of crews that were started.' }),
  runs: Type.Integer({ description: 'Lines of the usage log: answers of agents, and the work of jobs.' }),
  ...tokens,
  by_day: Type.Array(Type.Object({ day: Type.String(), runs: Type.Integer(), ...tokens })),
  by_crew: Type.Array(Type.Object({ ...crew, executions: Type.Integer(), ...tokens })),
});

const outcome = {
  success_rate: Nullable(Type.Number({ description: '0 to 1, of those that have ended; null: none has.' })),
  average_duration_ms: Nullable(Type.Integer()),
};
const outcomes = {
  executions: Type.Integer(),
  completed: Type.Integer(),
  failed: Type.Integer(),
  stopped: Type.Integer(),
  ...outcome,
};

export const PerformanceAnalytics = Type.Object({
  ...period,
  ...outcomes,
  by_crew: Type.Array(Type.Object({ ...crew, ...outcomes })),
  by_agent: Type.Array(
    Type.Object({
      agent_id: Type.String(),
      runs: Type.Integer({ description: 'Answers to chats and responses.' }),
      completed: Type.Integer(),
      ...outcome,
    }),
    { description: 'Of agents that are called by themselves.' },
  ),
});

/** The period that a query asks for, and how it is told in the reply. */
export function toPeriod(query: Static<typeof AnalyticsQuery>, clock: Clock) {
  const to = readTo('to', query.to) ?? clock.now();
  const from = readFrom('from', query.from) ?? to - DAYS * DAY_MS;
  return { filter: { from, to, crewId: query.crew_id }, told: { from: isoTime(from), to: isoTime(to) } };
}
