import type { CallableAgent } from '../agents/index.ts';
import { type Crews, crewError, crewErrors, type Execution, type Executions } from '../crews/index.ts';
import { Interrupt, JobStopped, type StoredEvent, type Timers } from '../engine/index.ts';
import { invalid, MusterError } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';
import {
  type ChatModel,
  type Item,
  type ModelCall,
  ModelCallError,
  type ModelReply,
} from '../models/index.ts';
import type { CallableModel, ModelRequest } from '../runs/index.ts';
import { createCrewProgress, howToAnswer } from './crew-progress.ts';
import { unusedByCrews } from './unused-by-crews.ts';

const PREFIX = 'crew/';
/** Crews bill their own calls; that one of them is called costs nothing on top. */
const FREE = {
  inputNanoUsdPerMillion: 0n,
  cachedInputNanoUsdPerMillion: 0n,
  outputNanoUsdPerMillion: 0n,
  source: 'built-in',
} as const;
const NOTHING = { text: '', reasoningText: '', toolArgumentsLength: 0, started: false };

/** A crew as an agent that can be called: its model is the crew's job. Undefined when it can not be run. */
export async function crewAsAgent(
  crews: Crews,
  accountId: string,
  crewId: string,
): Promise<CallableAgent | undefined> {
  if (!crewId.startsWith('crew_') || !(await crews.crewExists(accountId, crewId))) return undefined;
  const { crew } = await crews.getCrew(accountId, crewId);
  return {
    id: crewId,
    accountId,
    version: 1,
    instructions: '',
    config: {
      ...{ name: crew.name, description: crew.description, model: `${PREFIX}${crewId}` },
      ...{ instructions: '', role: '', goal: '', backstory: '', tools: [], parameters: {}, metadata: {} },
      knowledge: { mode: 'tool', limit: 1 },
      ...{
        maxSteps: 1,
        maxCostNanoUsd: undefined,
        dailyLimitNanoUsd: undefined,
        monthlyLimitNanoUsd: undefined,
        crewId: undefined,
      },
    },
  };
}

export function isCrewModel(model: string): boolean {
  return model.startsWith(PREFIX);
}

/** An input is called there what it is called in a request to a model. */
function inRequest(error: Error): Error {
  const { field = '', reason = '' } = error instanceof MusterError ? error.details : {};
  if (!field.startsWith('inputs.')) return error;
  const [, name] = field.split('.');
  const message = `The crew's input '${name}' ${reason}. Send "metadata": {"inputs": {"${name}": "…"}}.`;
  return invalid(`metadata.${field}`, reason, message);
}

/**
 * A crew behind the interface of a model: the last user message, or the request's inputs, start a job; its progress is
 * reasoning, its last output the answer. The same call made again after a death goes on with the same job.
 */
export function crewModel(
  { executions, timers }: { executions: Executions; timers: Timers },
  accountId: string,
  model: string,
  asked: ModelRequest,
): CallableModel {
  const { caller, endUser, inputs } = asked;
  const crewId = model.slice(PREFIX.length);
  const { key } = caller.payer;
  const pinned = {
    userId: caller.userId,
    key: key
      ? {
          id: key.id,
          dailyLimitNanoUsd: key.dailyLimitNanoUsd?.toString() ?? null,
          monthlyLimitNanoUsd: key.monthlyLimitNanoUsd?.toString() ?? null,
        }
      : null,
  };

  async function call(
    request: ModelCall,
    { signal, sink }: Parameters<ChatModel['call']>[1],
  ): Promise<ModelReply> {
    const jobId = `job_${request.idempotencyKey.replace(/^run_/, '').replaceAll('/', '-')}`;
    const given: JsonObject = inputs ?? { message: lastMessage(request.items) };
    try {
      signal.throwIfAborted();
      await executions.startOnce(accountId, jobId, { crewId, inputs: given, caller: pinned, endUser });
      let reasoning = '';
      const say = (line: string): void => {
        const delta = reasoning === '' ? line : `\n${line}`;
        reasoning += delta;
        sink?.part({ type: 'reasoning', delta });
      };
      const job = await follow(jobId, signal, sink && { say, ready: () => sink.ready?.() });
      if (job.status !== 'completed') throw failureOf(job);
      const text = job.result ?? '';
      if (text !== '') sink?.part({ type: 'text', delta: text });
      return toReply(job, text, reasoning, unusedByCrews(request, asked));
    } catch (error) {
      if (!signal.aborted) {
        const known = error instanceof Error ? crewError(inRequest(error)) : undefined;
        if (known) throw new ModelCallError('unavailable', NOTHING, known);
        throw error;
      }
      // Handed over, the job goes on by itself, and whoever takes up the call finds it again.
      const { reason }: { reason: unknown } = signal;
      if (!(reason instanceof Interrupt) || reason instanceof JobStopped) {
        await executions.stop(accountId, jobId).catch(() => undefined);
      }
      throw new ModelCallError('aborted', NOTHING);
    }
  }

  async function follow(
    jobId: string,
    signal: AbortSignal,
    reader:
      | { readonly say: (line: string) => void; readonly ready: () => Promise<void> | undefined }
      | undefined,
  ): Promise<Execution> {
    const ended = Promise.withResolvers<StoredEvent | undefined>();
    const progress = createCrewProgress(jobId, reader?.say ?? (() => undefined), timers);
    const subscription = await executions.subscribe(accountId, jobId, 0, {
      onEvents(events) {
        for (const event of events) {
          progress.tell(event);
          // Nobody could know what the call waits for, and when it is given up its job is stopped.
          if (!reader && event.type === 'waiting_for_input') ended.resolve(event);
        }
        return reader?.ready();
      },
      onEnd: () => ended.resolve(undefined),
      onError: ended.reject,
    });
    const leave = (): void => ended.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      if (signal.aborted) leave();
      const wait = await ended.promise;
      if (wait) throw waitingError(jobId, wait);
      return await executions.get(accountId, jobId);
    } finally {
      signal.removeEventListener('abort', leave);
      progress.end();
      subscription.close();
    }
  }

  return {
    chat: { id: model, call },
    info: { id: crewId, provider: 'crew', name: crewId, inputs: ['text'], reasons: true },
    price: FREE,
    isCrew: true,
  };
}

function lastMessage(items: readonly Item[]): string {
  const message = items.findLast((item) => item.type === 'message' && item.role === 'user');
  if (message?.type !== 'message') return '';
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

function failureOf({ status, error, jobId }: Execution): Error {
  if (status === 'stopped') return crewErrors.job_stopped(`The job ${jobId} of the crew was stopped.`);
  return crewError({ code: error?.code ?? '', message: error?.message ?? '' }) ?? new Error(error?.message);
}

function waitingError(jobId: string, { data }: StoredEvent): MusterError {
  return crewErrors.job_waiting_for_input(
    `The crew's job ${jobId} waits for a person and goes on by itself once it is answered. ${howToAnswer(jobId, data)} GET /api/v1/executions/${jobId} will have its result. Without the same Idempotency-Key the request would start another job; with "stream": true it stays open until the answer.`,
    { isFinal: true, isOutcome: true },
  );
}

function toReply(job: Execution, text: string, reasoning: string, warnings: readonly string[]): ModelReply {
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens, costNanoUsd } = job.usage;
  return {
    text,
    reasoning: reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning }],
    toolCalls: [],
    finishReason: 'stop',
    usage: { inputTokens, cachedTokens, outputTokens, reasoningTokens, estimated: false },
    billedNanoUsd: costNanoUsd,
    warnings,
  };
}
