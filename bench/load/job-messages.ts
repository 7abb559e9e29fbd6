import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** `amount`: milliseconds of load, or how many samples. */
const JobRequest = Type.Object({
  kind: Type.Union([Type.Literal('load'), Type.Literal('idle'), Type.Literal('list'), Type.Literal('watch')]),
  amount: Type.Number(),
});
export type JobRequest = Static<typeof JobRequest>;

const JobResult = Type.Union([
  Type.Object({ kind: Type.Literal('ready') }),
  Type.Object({
    kind: Type.Literal('load'),
    jobs: Type.Number(),
    seconds: Type.Number(),
    cpuUs: Type.Number(),
  }),
  /** Milliseconds. */
  Type.Object({
    kind: Type.Literal('samples'),
    p50: Type.Number(),
    p99: Type.Number(),
  }),
]);
export type JobResult = Static<typeof JobResult>;

export function readJobRequest(message: unknown): JobRequest {
  return Value.Parse(JobRequest, message);
}

export function readJobResult(message: unknown): JobResult {
  return Value.Parse(JobResult, message);
}

export function tellJobResult(result: JobResult): void {
  process.send?.(result);
}
