import type { Statement } from '../../db/index.ts';
import type { JobEnd, JobEvent, JobRecord } from '../../engine/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import { cutText } from '../../webhooks/index.ts';
import { platformCodeOf } from './codes.ts';
import type { ExecutionsDependencies } from './deps.ts';
import type { PinnedJob } from './types.ts';

type Job = Pick<JobRecord, 'id' | 'accountId'> & { readonly plan: Pick<PinnedJob, 'crewId' | 'crewName'> };
type Tell = Pick<ExecutionsDependencies, 'tell'>;

/** The statements that keep a job's end for webhooks. */
export function tellEnd({ tell }: Tell, job: Job, end: JobEnd): Statement[] {
  return tell(job.accountId, `job.${end.status}`, () => ({
    ...about(job),
    status: end.status,
    ...(end.status === 'completed' && { result: cutText(String(end.result ?? '')) }),
    ...(end.status === 'failed' && {
      error: { code: platformCodeOf(end.code), message: end.message, details: { code: end.code } },
    }),
  }));
}

/** The same of what happens while it runs. */
export function tellEvents({ tell }: Tell, job: Job, events: readonly JobEvent[]): Statement[] {
  return events.flatMap(({ type, data }) => {
    switch (type) {
      case 'task_complete':
        return tell(job.accountId, 'task.completed', () => ({
          ...about(job),
          task_id: data.task_id ?? null,
          agent: data.agent ?? null,
          result: cutText(String(data.result ?? '')),
        }));
      case 'waiting_for_input':
        return tell(job.accountId, 'job.waiting_for_input', () => ({
          ...about(job),
          task_id: data.task_id ?? null,
          prompt: cutText(String(data.prompt ?? '')),
        }));
      default:
        return [];
    }
  });
}

function about({ id, plan }: Job): JsonObject {
  return { job_id: id, crew_id: plan.crewId, crew: plan.crewName };
}
