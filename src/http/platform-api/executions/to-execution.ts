import type { Static } from 'typebox';
import type { UserPrincipal } from '../../../accounts/index.ts';
import { usdNumber } from '../../../billing/index.ts';
import {
  type Batch,
  type Execution,
  type ExecutionUsage,
  type PinnedCaller,
  platformCodeOf,
  type StartedJob,
  type TaskOutput,
} from '../../../crews/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json.ts';
import { usdOrNull } from '../amounts.ts';
import { timeOrNull } from '../schemas.ts';
import type { BatchReply, ExecutionReply, StartedReply } from './schema.ts';

export function toExecution(job: Execution): Static<typeof ExecutionReply> {
  const { error } = job;
  return {
    job_id: job.jobId,
    crew_id: job.crewId,
    crew_name: job.crewName,
    batch_id: job.batchId ?? null,
    rerun_of: job.rerunOf ?? null,
    status: job.status,
    progress: job.progress,
    current_task: job.currentTask ?? null,
    created_at: isoTime(job.createdAt),
    started_at: timeOrNull(job.startedAt),
    finished_at: timeOrNull(job.finishedAt),
    inputs: job.inputs,
    result: job.result ?? null,
    tasks_output: job.tasks.map(toTaskOutput),
    error: error
      ? { code: platformCodeOf(error.code), message: error.message, details: { code: error.code } }
      : null,
    usage: toUsage(job.usage),
    max_cost_usd: usdOrNull(job.maxCostNanoUsd),
  };
}

export function toBatch(batch: Batch): Omit<Static<typeof BatchReply>, 'page'> {
  return {
    batch_id: batch.id,
    crew_id: batch.crewId,
    concurrency: batch.concurrency,
    created_at: isoTime(batch.createdAt),
    status: batch.isOpen ? 'running' : 'completed',
    counts: { ...batch.counts },
    total: batch.total,
    cost_usd: usdNumber(batch.costNanoUsd),
    jobs: batch.jobs.map(toExecution),
  };
}

export function toStarted({ jobId, estimatedSeconds }: StartedJob): Static<typeof StartedReply> {
  return { job_id: jobId, status: 'queued', estimated_duration: estimatedSeconds };
}

export function toCaller({ userId }: UserPrincipal): PinnedCaller {
  return { userId, key: null };
}

/** It came out of parseJson, so what is an object is a JSON object. */
export function toInputs(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function toTaskOutput(task: TaskOutput): Static<typeof ExecutionReply>['tasks_output'][number] {
  return {
    task_id: task.taskId,
    name: task.name,
    description: task.description,
    agent_id: task.agentId ?? null,
    agent: task.agent,
    status: task.status,
    kept: task.isKept,
    ...(task.needs && { needs: [...task.needs] }),
    output: task.output ?? null,
    error: task.error ?? null,
    started_at: timeOrNull(task.startedAt),
    finished_at: timeOrNull(task.finishedAt),
    usage: toUsage(task.usage),
  };
}

function toUsage(usage: ExecutionUsage): Static<typeof ExecutionReply>['usage'] {
  return {
    input_tokens: usage.inputTokens,
    cached_tokens: usage.cachedTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: usdNumber(usage.costNanoUsd),
  };
}
