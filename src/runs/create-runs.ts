import type { Database } from '../db/index.ts';
import { createInlineSteps } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import { MusterError } from '../lib/errors.ts';
import type { Ids } from '../lib/ids.ts';
import type { Annotation, Item } from '../models/index.ts';
import type { Passage, Tool } from '../tools/index.ts';
import { buildInstructions, isInstruction } from './build-instructions.ts';
import { runErrors } from './errors.ts';
import type { RunEvent, RunSink } from './events.ts';
import { createJournal, type Journal } from './journal.ts';
import { runAgent } from './loop/run-agent.ts';
import type { AgentResult, AgentTask, CallableModel, Meter, ToolRunner } from './loop/types.ts';
import { createRunStore } from './run-store.ts';
import { createThreadBrowser, type ThreadBrowser } from './threads/browse-threads.ts';
import { type Continuation, continueThread } from './threads/continue-thread.ts';
import { createThreadStore, type ThreadStore } from './threads/thread-store.ts';
import type { TurnIds, TurnOutcome, TurnRequest } from './types.ts';

const TITLE_LENGTH = 80;
/** Enough of a passage's neighbourhood for retrieval; a whole pasted document would drown the question. */
const QUERY_LENGTH = 2000;

export interface RunsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly meter: Meter;
  readonly tools: ToolRunner & {
    /** The tools of these names that the account has; unknown ones are left out. */
    find(accountId: string, names: readonly string[]): Promise<Tool[]>;
  };
  readonly knowledge: {
    hasDocuments(accountId: string, agentId: string): Promise<boolean>;
    search(accountId: string, agentId: string, query: string, limit: number): Promise<readonly Passage[]>;
  };
  /** Throws model_not_configured or model_without_price. */
  readonly models: { callable(accountId: string, model: string): Promise<CallableModel> };
  /** Prefix of the addresses in citations. */
  readonly consoleUrl: string;
}

/** A turn that has passed every check and can run. Running it may still be refused for credit. */
export interface PreparedTurn {
  readonly ids: TurnIds;
  readonly createdAt: number;
  /** `ready` is awaited between the provider's chunks, so that a slow reader slows the provider. */
  run(emit: RunSink, signal: AbortSignal, ready?: () => Promise<void> | undefined): Promise<TurnOutcome>;
}

export interface Runs {
  readonly threads: ThreadStore & ThreadBrowser;
  /**
   * Checks a turn and gathers what it needs. Throws conversation_not_found, message_not_found, nothing_to_answer,
   * tool_results_missing, model_not_configured, model_without_price; nothing is spent or stored by then.
   */
  prepareTurn(request: TurnRequest): Promise<PreparedTurn>;
}

export function createRuns(deps: RunsDeps): Runs {
  const { db, clock, ids } = deps;
  const threads = createThreadStore(db);
  const runStore = createRunStore(db);

  async function locate(request: TurnRequest): Promise<{ conversationId: string; thread: Continuation }> {
    const { conversationId, parentTurnId, items } = request;
    const { accountId } = request.caller.payer;
    if (conversationId === undefined && parentTurnId === undefined) {
      return { conversationId: ids.next('conv_'), thread: continueThread([], items) };
    }
    const parent = parentTurnId === undefined ? undefined : await threads.findTurn(accountId, parentTurnId);
    if (parentTurnId !== undefined && !parent) throw unknownParent();
    const id = conversationId ?? parent?.conversationId ?? '';
    const conversation = await threads.findConversation(accountId, id);
    if (!conversation) {
      throw runErrors.conversation_not_found(`There is no conversation '${id}'.`, {
        field: 'conversation_id',
      });
    }
    if (parent && parent.conversationId !== conversation.id) throw unknownParent();
    const path = await threads.path(accountId, parent?.id ?? conversation.newestTurnId);
    return { conversationId: conversation.id, thread: continueThread(path, items) };
  }

  async function gatherKnowledge(
    request: TurnRequest,
    input: readonly Item[],
  ): Promise<'none' | 'searchable' | { passages: readonly Passage[] }> {
    const { agent } = request;
    const { accountId } = request.caller.payer;
    if (!(await deps.knowledge.hasDocuments(accountId, agent.id))) return 'none';
    if (agent.config.knowledge.mode === 'tool') return 'searchable';
    const question = textOfLastUserMessage(input).slice(0, QUERY_LENGTH);
    if (question === '') return 'none';
    return {
      passages: await deps.knowledge.search(accountId, agent.id, question, agent.config.knowledge.limit),
    };
  }

  async function prepareTurn(request: TurnRequest): Promise<PreparedTurn> {
    const { agent, caller } = request;
    const { accountId } = caller.payer;
    const model = await deps.models.callable(accountId, agent.config.model);
    const { conversationId, thread } = await locate(request);
    const documents = await gatherKnowledge(request, thread.input);
    const toolNames =
      documents === 'searchable'
        ? new Set(['knowledge_search', ...agent.config.tools])
        : new Set(agent.config.tools);
    const serverTools = toolNames.size > 0 ? await deps.tools.find(accountId, [...toolNames]) : [];
    const uid = ids.next('');
    const turnIds: TurnIds = { uid, runId: `run_${uid}`, conversationId };
    const everything = [...thread.history, ...thread.input];
    const clientNames = new Set(request.clientTools.map((tool) => tool.name));
    const task: AgentTask = {
      runId: turnIds.runId,
      agentId: agent.id,
      subject: {
        runId: turnIds.runId,
        accountId,
        source: caller.keyId === null ? 'user' : 'key',
        keyId: caller.keyId,
        userId: caller.userId,
        agentId: agent.id,
        agentVersion: agent.version,
        model: model.info.id,
      },
      payer: caller.payer,
      model,
      instructions: buildInstructions({
        agentInstructions: agent.instructions,
        documents,
        items: everything,
      }),
      items: everything.filter((item) => !isInstruction(item)),
      // A caller's tool of the same name takes the place of the server's: the caller asked for it by this very request.
      serverTools: serverTools.filter((tool) => !clientNames.has(tool.name)),
      clientTools: request.clientTools,
      toolChoice: request.toolChoice,
      parallelToolCalls: request.parallelToolCalls,
      responseFormat: request.responseFormat,
      parameters: request.parameters,
      maxSteps: agent.config.maxSteps,
      maxCostNanoUsd: agent.config.maxCostNanoUsd,
      stream: request.stream,
      passages: typeof documents === 'object' ? documents.passages : [],
    };
    const createdAt = clock.now();
    return {
      ids: turnIds,
      createdAt,
      run: (emit, signal, ready) =>
        runTurn({ request, turnIds, thread, task, createdAt }, emit, signal, ready),
    };
  }

  async function runTurn(
    turn: {
      request: TurnRequest;
      turnIds: TurnIds;
      thread: Continuation;
      task: AgentTask;
      createdAt: number;
    },
    emit: RunSink,
    signal: AbortSignal,
    ready: (() => Promise<void> | undefined) | undefined,
  ): Promise<TurnOutcome> {
    const { turnIds, task } = turn;
    const journal = createJournal(clock);
    const steps = createInlineSteps(db);
    let annotations: readonly Annotation[] = [];
    let spoke = false;
    const record: RunSink = (event) => {
      if (event.type === 'answer.cited') annotations = event.annotations;
      spoke ||= isVisible(event);
      journal.record(event);
      emit(event);
    };
    const loop = { steps, meter: deps.meter, tools: deps.tools, clock, consoleUrl: deps.consoleUrl, ready };
    let result: AgentResult;
    try {
      result = await runAgent(task, loop, record, signal);
    } catch (error) {
      // What earlier steps have cost is kept even when something of ours breaks.
      await steps.finish([]);
      throw error;
    }
    await steps.finish(closingStatements(turn, result, journal, spoke || result.output.length > 0));
    const { output, status, finishReason, usage, warnings } = result;
    const outcome = { ...turnIds, status, output, finishReason, usage, warnings, annotations };
    return result.error ? { ...outcome, error: result.error } : outcome;
  }

  /** A turn that failed before it said anything is no part of the conversation: its sender still has it. */
  function closingStatements(
    turn: {
      request: TurnRequest;
      turnIds: TurnIds;
      thread: Continuation;
      task: AgentTask;
      createdAt: number;
    },
    result: AgentResult,
    journal: Journal,
    isTurn: boolean,
  ) {
    const { request, turnIds, thread, task, createdAt } = turn;
    const { accountId } = request.caller.payer;
    const { error } = result;
    const run = runStore.saveRun({
      id: turnIds.runId,
      accountId,
      kind: 'chat',
      agentId: request.agent.id,
      agentVersion: request.agent.version,
      model: task.model.info.id,
      keyId: request.caller.keyId,
      userId: request.caller.userId,
      conversationId: isTurn ? turnIds.conversationId : null,
      turnId: isTurn ? turnIds.uid : null,
      status: result.status,
      errorCode: error instanceof MusterError ? error.code : error ? 'internal_error' : null,
      errorMessage: error?.message ?? null,
      journal: journal.toJson(),
      startedAt: createdAt,
      finishedAt: clock.now(),
    });
    if (!isTurn) return [run];
    const saved = threads.saveTurn(accountId, {
      turn: {
        id: turnIds.uid,
        conversationId: turnIds.conversationId,
        parentId: thread.parent?.id,
        agentId: request.agent.id,
        status: result.status,
        input: thread.input,
        output: result.output,
        createdAt,
      },
      runId: turnIds.runId,
      title: textOfLastUserMessage(thread.input).replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH),
      endUser: request.endUser,
    });
    return [...saved, run];
  }

  return { threads: { ...threads, ...createThreadBrowser(db) }, prepareTurn };
}

/** Whether the caller has seen, or the model has done, something that the conversation must remember. */
function isVisible({ type }: RunEvent): boolean {
  return type !== 'model.called' && type !== 'model.answered' && type !== 'model.failed';
}

function textOfLastUserMessage(items: readonly Item[]): string {
  const message = items.findLast((item) => item.type === 'message' && item.role === 'user');
  if (message?.type !== 'message') return '';
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

function unknownParent(): MusterError {
  return runErrors.message_not_found('parent_message_id names no message of this conversation.', {
    field: 'parent_message_id',
  });
}
