import type { Database, Statement } from '../db/index.ts';
import { createInlineSteps, type JobContext, type JobOutcome } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import { invalid, MusterError } from '../lib/errors.ts';
import type { Ids } from '../lib/ids.ts';
import { type Annotation, estimatePromptTokens, type Item } from '../models/index.ts';
import type { Passage, Tool } from '../tools/index.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import { buildInstructions, isInstruction } from './build-instructions.ts';
import { type CompactedThread, type CompactRequest, compactThread } from './compaction/compact-thread.ts';
import { runErrors } from './errors.ts';
import type { RunEvent, RunSink } from './events.ts';
import { createJobLog } from './job-log.ts';
import { createJournal, type Journal } from './journal.ts';
import { firstCall, wantedOutputTokens } from './loop/call-model.ts';
import { mayHandOver } from './loop/offer-tools.ts';
import { type LoopDeps, runAgent } from './loop/run-agent.ts';
import type {
  AgentResult,
  AgentTask,
  CallableModel,
  InlineMeter,
  RunObserver,
  ToolRunner,
} from './loop/types.ts';
import { messageEvent } from './message-event.ts';
import { createResponseStore, type ResponseStore } from './responses/response-store.ts';
import { createRunStore, type PastRun } from './run-store.ts';
import { payerFor, toSubject } from './subject.ts';
import { createThreadBrowser, type ThreadBrowser } from './threads/browse-threads.ts';
import type { Continuation } from './threads/continue-thread.ts';
import { dropOldest } from './threads/drop-oldest.ts';
import { createThreadEditor, type ThreadEditor } from './threads/edit-threads.ts';
import { locateThread } from './threads/locate-thread.ts';
import { createThreadStore, type ThreadStore } from './threads/thread-store.ts';
import { textOfLastUserMessage, titleOf } from './threads/title-of.ts';
import type { Turn } from './threads/types.ts';
import type { MemoryThread, ModelRequest, TurnIds, TurnOutcome, TurnRequest } from './types.ts';

/** Enough of a passage's neighbourhood for retrieval; a whole pasted document would drown the question. */
const QUERY_LENGTH = 2000;

export interface RunsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly meter: InlineMeter;
  readonly tools: ToolRunner & {
    /** The tools of these names that the account has; unknown ones are left out. */
    find(accountId: string, names: readonly string[]): Promise<Tool[]>;
  };
  readonly knowledge: {
    hasDocuments(accountId: string, agentId: string): Promise<boolean>;
    search(accountId: string, agentId: string, query: string, limit: number): Promise<readonly Passage[]>;
  };
  /** Throws model_not_configured or model_without_price. */
  readonly models: {
    callable(accountId: string, model: string, request: ModelRequest): Promise<CallableModel>;
  };
  /** The statements that remove a background response's job with its log. */
  readonly forgetJob: (accountId: string, jobId: string) => readonly Statement[];
  /** Prefix of the addresses in citations. */
  readonly consoleUrl: string;
  readonly observe?: RunObserver | undefined;
  /** The statements that keep an event for whoever is to be told. */
  readonly tell: EventOutbox['tell'];
}

/** A turn that has passed every check and can run. Running it may still be refused for credit. */
export interface PreparedTurn {
  readonly ids: TurnIds;
  readonly createdAt: number;
  /** What its first model call will be charged for as input, estimated upwards. */
  promptTokens(): number;
  run(emit: RunSink, signal: AbortSignal, options?: RunOptions): Promise<TurnOutcome>;
  /**
   * Runs as a job that survives its process. Its events go to the job's log (see toRunEvent); what is to be written goes
   * with the job's end. Rejects when the job is interrupted.
   */
  runDurably(
    job: Pick<JobContext, 'steps' | 'signal'>,
    alsoKeep: NonNullable<RunOptions['alsoKeep']>,
  ): Promise<JobOutcome>;
  /** The request in the form in which the same turn can be prepared again, in another process too. */
  pinned(): TurnRequest;
  /** The thread with this turn, for callers that keep it themselves. `isStored`: the turn has been kept as well. */
  remember(outcome: Pick<TurnOutcome, 'status' | 'output'>, isStored: boolean): MemoryThread;
}

export interface RunOptions {
  /** Awaited between the provider's chunks, so that a slow reader slows the provider. */
  readonly ready?: (() => Promise<void> | undefined) | undefined;
  /** Written in one batch with the turn, so that none is there without the other. */
  readonly alsoKeep?: ((outcome: TurnOutcome) => readonly Statement[]) | undefined;
}

export interface Runs {
  readonly threads: ThreadStore & ThreadBrowser & ThreadEditor;
  readonly responses: ResponseStore;
  /**
   * Checks a turn and gathers what it needs. Throws conversation_not_found, message_not_found, nothing_to_answer,
   * tool_results_missing, model_not_configured, model_without_price; nothing is spent or stored by then.
   */
  prepareTurn(request: TurnRequest): Promise<PreparedTurn>;
  /** A run that has ended, with its journal. */
  findRun(accountId: string, runId: string): Promise<PastRun | undefined>;
  /** Writes statements that the stores of this room have made: all or none. */
  keep(statements: readonly Statement[]): Promise<void>;
  /** See compactThread. */
  compact(request: CompactRequest, signal: AbortSignal): Promise<CompactedThread>;
}

export function createRuns(deps: RunsDeps): Runs {
  const { db, clock, ids } = deps;
  const threads = createThreadStore(db);
  const runStore = createRunStore(db);
  const responses = createResponseStore(db, deps.forgetJob);

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
    const model = await deps.models.callable(accountId, agent.config.model, request);
    const { conversationId, thread, storedCount } = await locateThread({ ids, threads }, request);
    const documents = await gatherKnowledge(request, thread.input);
    const toolNames =
      documents === 'searchable'
        ? new Set(['knowledge_search', ...agent.config.tools])
        : new Set(agent.config.tools);
    const found = toolNames.size > 0 ? await deps.tools.find(accountId, [...toolNames]) : [];
    // A caller's tool of the same name takes the place of the server's: the caller asked for it by this very request.
    const clientNames = new Set(request.clientTools.map((tool) => tool.name));
    const serverTools = found.filter((tool) => !clientNames.has(tool.name));
    const uid = request.as?.uid ?? ids.next('');
    const turnIds: TurnIds = { uid, runId: `run_${uid}`, conversationId };
    const everything = [...thread.history, ...thread.input];
    const offered = new Set([...serverTools.map((tool) => tool.name), ...clientNames]);
    if (model.isCrew) checkCrewInput(request, everything);
    else checkToolChoice(request, offered);
    const task: AgentTask = {
      runId: turnIds.runId,
      agentId: agent.id,
      subject: toSubject(turnIds.runId, caller, agent, model),
      payer: payerFor(caller.payer, agent),
      model,
      instructions: buildInstructions({
        agentInstructions: agent.instructions,
        documents,
        items: everything,
        turnInstructions: request.instructions,
      }),
      items: everything.filter((item) => !isInstruction(item)),
      serverTools,
      clientTools: request.clientTools,
      toolChoice: request.toolChoice,
      allowedTools: request.allowedTools?.filter((name) => offered.has(name)),
      maxToolCalls: request.maxToolCalls,
      enforce: (request.enforce ?? false) && !model.isCrew,
      parallelToolCalls: request.parallelToolCalls,
      oneClientCall: request.oneClientCall,
      responseFormat: request.responseFormat,
      parameters: request.parameters,
      maxSteps: agent.config.maxSteps,
      maxCostNanoUsd: agent.config.maxCostNanoUsd,
      stream: request.stream,
      passages: typeof documents === 'object' ? documents.passages : [],
    };
    const createdAt = request.as?.createdAt ?? clock.now();
    const turn: RunningTurn = {
      request,
      turnIds,
      thread,
      storedCount,
      task: request.truncation === 'auto' ? fitWindow(task) : task,
      createdAt,
    };
    return {
      ids: turnIds,
      createdAt,
      promptTokens: () => estimatePromptTokens(firstCall(turn.task)),
      run: (emit, signal, options = {}) => runTurn(turn, emit, signal, options),
      runDurably: (job, alsoKeep) => runDurably(turn, job, alsoKeep),
      pinned: () => ({
        ...request,
        parentTurnId: thread.path.at(-1)?.id,
        as: { uid, conversationId, createdAt },
      }),
      remember: (outcome, isStored) => remember(turn, outcome, isStored),
    };
  }

  async function runTurn(
    turn: RunningTurn,
    emit: RunSink,
    signal: AbortSignal,
    { ready, alsoKeep }: RunOptions,
  ): Promise<TurnOutcome> {
    const steps = createInlineSteps(db, deps.meter.settleLater);
    const { outcome, statements } = await runLoop(turn, { steps, emit, signal, ready }).catch(
      async (error) => {
        // What earlier steps have cost is kept even when something of ours breaks.
        await steps.finish([]);
        throw error;
      },
    );
    await steps.finish([...statements, ...(alsoKeep?.(outcome) ?? [])]);
    return outcome;
  }

  async function runDurably(
    turn: RunningTurn,
    job: Pick<JobContext, 'steps' | 'signal'>,
    alsoKeep: NonNullable<RunOptions['alsoKeep']>,
  ): Promise<JobOutcome> {
    const { steps, emit, rest } = createJobLog(job.steps);
    const { signal } = job;
    // Nobody answers for a response, so it fails rather than wait for ever.
    const how = { steps, emit, signal, isDurable: true, whenUnknown: 'fail' } as const;
    const { outcome, statements } = await runLoop(turn, how);
    return { events: rest(), statements: [...statements, ...alsoKeep(outcome)] };
  }

  /** Answers, and makes the statements that keep the answer. */
  async function runLoop(
    turn: RunningTurn,
    how: Pick<LoopDeps, 'steps' | 'ready' | 'isDurable' | 'whenUnknown'> & {
      emit: RunSink;
      signal: AbortSignal;
    },
  ): Promise<{ outcome: TurnOutcome; statements: Statement[] }> {
    const { turnIds, task } = turn;
    const { emit, signal, ...rest } = how;
    const journal = createJournal(clock);
    let annotations: readonly Annotation[] = [];
    let spoke = false;
    const record: RunSink = (event) => {
      if (event.type === 'answer.cited') annotations = event.annotations;
      spoke ||= isVisible(event);
      journal.record(event);
      emit(event);
    };
    const { meter, tools, consoleUrl, observe } = deps;
    const loop = { meter, tools, clock, consoleUrl, observe, ...rest };
    const result = await runAgent(task, loop, record, signal);
    const outcome = { ...turnIds, ...result, annotations };
    const isTurn = turn.request.store !== false && (spoke || result.output.length > 0);
    return { outcome, statements: closingStatements(turn, result, journal, isTurn) };
  }

  /** A turn that failed before it said anything is no part of the conversation: its sender still has it. */
  function closingStatements(
    turn: RunningTurn,
    result: AgentResult,
    journal: Journal,
    isTurn: boolean,
  ): Statement[] {
    const { request, turnIds, task, createdAt } = turn;
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
      turn: toStoredTurn(turn, result),
      runId: turnIds.runId,
      title: titleOf(turn.thread.input),
      endUser: request.endUser,
    });
    const told = deps.tell(accountId, 'conversation.message', () =>
      messageEvent(turn.request, turnIds, turn.thread.input, result),
    );
    return [...saved, run, ...told];
  }

  return {
    threads: { ...threads, ...createThreadBrowser(db, responses), ...createThreadEditor(db, threads) },
    responses,
    prepareTurn,
    findRun: (accountId, runId) => runStore.findRun(accountId, runId),
    async keep(statements) {
      const result = await db.write(statements);
      if (!result.ok) throw new Error(`A write was refused by the guard '${result.refused}'`);
    },
    compact: (request, signal) => compactThread({ ...deps, runStore }, request, signal),
  };
}

/** A demand that nothing can meet is told before anything is spent. */
function checkToolChoice(request: TurnRequest, offered: ReadonlySet<string>): void {
  const { agent, toolChoice: choice, allowedTools, enforce } = request;
  // No model can do what is not there, so this does not wait for its word.
  if (choice.type === 'required' && allowedTools && !allowedTools.some((name) => offered.has(name))) {
    const hint = allowedTools.includes('knowledge_search')
      ? '; knowledge_search is there when the agent has documents and its knowledge.mode is tool'
      : '';
    throw invalid(
      'tool_choice',
      `a call of one of ${listed(allowedTools)} is demanded and the tools here are ${listed(offered)}${hint}`,
    );
  }
  if (agent.config.maxSteps <= 1 && demandsServerTool(request, offered)) {
    const wanted = choice.type === 'tool' ? `a call of '${choice.name}'` : 'a tool call';
    throw invalid(
      'tool_choice',
      `${wanted} is demanded that the server makes, and the agent's max_steps is 1: its only model call has to be the answer; give the agent max_steps of 2 or more, or leave tool_choice out`,
    );
  }
  if (!enforce) return;
  if (choice.type === 'required' && offered.size === 0) {
    throw invalid('tool_choice', 'a tool call is demanded and there is no tool');
  }
  if (choice.type === 'tool' && !offered.has(choice.name)) {
    throw invalid('tool_choice', `there is no tool '${choice.name}'`);
  }
}

/** Whether only a call that the server makes meets the demand: the model has to be called once more for its answer. */
function demandsServerTool(request: TurnRequest, offered: ReadonlySet<string>): boolean {
  const { toolChoice: choice, clientTools } = request;
  if (choice.type === 'required') return offered.size > 0 && !mayHandOver(request);
  return (
    choice.type === 'tool' &&
    offered.has(choice.name) &&
    !clientTools.some(({ name }) => name === choice.name)
  );
}

/** A job that is told nothing would be paid for nothing. */
function checkCrewInput({ inputs, continues }: TurnRequest, items: readonly Item[]): void {
  if (inputs !== undefined || textOfLastUserMessage(items).trim() !== '') return;
  const reason =
    'A crew takes the text of the last user message as its input, and there is none; send a text, or the inputs of its job in metadata.inputs.';
  throw runErrors.nothing_to_answer(reason, { field: continues === 'append' ? 'input' : 'messages', reason });
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}

interface RunningTurn {
  readonly request: TurnRequest;
  readonly turnIds: TurnIds;
  readonly thread: Continuation;
  readonly storedCount: number;
  readonly task: AgentTask;
  readonly createdAt: number;
}

function toTurn(turn: RunningTurn, status: Turn['status'], output: readonly Item[]): Turn {
  const { request, turnIds, thread, createdAt } = turn;
  return {
    id: turnIds.uid,
    conversationId: turnIds.conversationId,
    parentId: thread.path.at(-1)?.id,
    agentId: request.agent.id,
    status,
    input: thread.input,
    output,
    createdAt,
  };
}

/** Turns of the path that are not on disk become a part of this one's input, so that what is stored is whole. */
function toStoredTurn(turn: RunningTurn, { status, output }: Pick<TurnOutcome, 'status' | 'output'>): Turn {
  const { thread, storedCount } = turn;
  const whole = toTurn(turn, status, output);
  if (storedCount === thread.path.length) return whole;
  const missing = thread.path.slice(storedCount).flatMap((earlier) => [...earlier.input, ...earlier.output]);
  return {
    ...whole,
    parentId: thread.path[storedCount - 1]?.id,
    input: [...missing, ...thread.input],
  };
}

function remember(
  turn: RunningTurn,
  outcome: Pick<TurnOutcome, 'status' | 'output'>,
  isStored: boolean,
): MemoryThread {
  const { thread, storedCount } = turn;
  if (!isStored) {
    return { turns: [...thread.path, toTurn(turn, outcome.status, outcome.output)], storedCount };
  }
  const turns = [...thread.path.slice(0, storedCount), toStoredTurn(turn, outcome)];
  return { turns, storedCount: turns.length };
}

/** The task with as many of its newest items as the model's window holds beside the answer. */
function fitWindow(task: AgentTask): AgentTask {
  const { contextWindow } = task.model.info;
  if (contextWindow === undefined) return task;
  const room = contextWindow - wantedOutputTokens(task);
  const items = dropOldest(
    task.items,
    (kept) => estimatePromptTokens(firstCall({ ...task, items: kept })) <= room,
  );
  return items === task.items ? task : { ...task, items };
}

/** Whether the caller has seen, or the model has done, something that the conversation must remember. */
function isVisible({ type }: RunEvent): boolean {
  return type !== 'model.called' && type !== 'model.answered' && type !== 'model.failed';
}
