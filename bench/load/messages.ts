import { type Static, Type } from 'typebox';

const Common = {
  port: Type.Integer(),
  request: Type.String(),
  warmMs: Type.Number(),
  measureMs: Type.Number(),
};

/** Each of `connections` sends its next request when it has the answer to the last. */
const ChatJob = Type.Object({ kind: Type.Literal('chat'), ...Common, connections: Type.Integer() });

/** Each of `streams` opens its next stream at the end of the last; the first ones open evenly over the warm-up. */
const StreamsJob = Type.Object({
  kind: Type.Literal('streams'),
  ...Common,
  streams: Type.Integer(),
  chunksPerStream: Type.Integer(),
});

/** New streams at a fixed rate, however many are still open. */
const ArrivalsJob = Type.Object({
  kind: Type.Literal('arrivals'),
  ...Common,
  perSecond: Type.Number(),
  chunksPerStream: Type.Integer(),
});

/** Connections that were answered once and then stay open, silent, for the window. */
const IdleJob = Type.Object({ kind: Type.Literal('idle'), ...Common, connections: Type.Integer() });

/** WebSockets, opened by `request`, that each send `message` and then read; events carry marks of when they were made. */
const SocketsJob = Type.Object({
  kind: Type.Literal('sockets'),
  ...Common,
  connections: Type.Integer(),
  /** Under 126 bytes. */
  message: Type.String(),
});

export const Job = Type.Union([ChatJob, StreamsJob, ArrivalsJob, IdleJob, SocketsJob]);

const ErrorsType = Type.Object({ count: Type.Integer(), first: Type.Array(Type.String()) });
const SummaryType = Type.Object({
  count: Type.Integer(),
  p50: Type.Number(),
  p99: Type.Number(),
  max: Type.Number(),
});

const Result = Type.Object({
  errors: ErrorsType,
  /** Length of the window as it was. */
  seconds: Type.Number(),
  /** Answers or streams that ended inside the window. */
  completed: Type.Integer(),
  /** Request sent to answer complete, in milliseconds; for `arrivals` to the first token, for `streams` to the first byte. */
  latencyMs: SummaryType,
  /** Chunks of the upstream that arrived inside the window. */
  chunks: Type.Integer(),
  /** Chunk written by the upstream to chunk read, in milliseconds. */
  delayMs: SummaryType,
});

/** What the load process says: the window opens, it closes, then the result; or why there is none. */
export const Report = Type.Union([
  Type.Object({ kind: Type.Literal('opened') }),
  Type.Object({ kind: Type.Literal('closed') }),
  Type.Object({ kind: Type.Literal('done'), result: Result }),
  Type.Object({ kind: Type.Literal('failed'), message: Type.String() }),
]);

export type Job = Static<typeof Job>;
export type Errors = Static<typeof ErrorsType>;
export type LoadResult = Static<typeof Result>;
export type Report = Static<typeof Report>;
export type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>;
