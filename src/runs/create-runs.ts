import type { Statement } from '../db/index.ts';
import { createInlineSteps, type JobContext, type JobOutcome, systemTimers } from '../engine/index.ts';
import { type Annotation, estimatePromptTokens } from '../models/index.ts';
import { closingStatements } from './closing-statements.ts';
import { compactThread } from './compaction/compact-thread.ts';
import type { RunEvent, RunSink } from './events.ts';
import { createJobLog } from './job-log.ts';
import { createJournal } from './journal.ts';
import { firstCall } from './loop/build-call.ts';
import { type LoopDeps, runAgent } from './loop/run-agent.ts';
import { prepareTurn } from './prepare-turn.ts';
import { createResponseStore } from './responses/response-store.ts';
import { createRunStore } from './run-store.ts';
import { type RunningTurn, remember } from './running-turn.ts';
import { createBegunTurns } from './threads/begun-turns.ts';
import { createThreadBrowser } from './threads/browse-threads.ts';
import { createThreadEditor } from './threads/edit-threads.ts';
import { createThreadStore } from './threads/thread-store.ts';
import { toBegunTurn } from './turn-records.ts';
import type { PreparedTurn, RunOptions, Runs, RunsDeps, TurnOutcome } from './types.ts';

export function createRuns(deps: RunsDeps): Runs {
  const { db, clock, owner, timers = systemTimers } = deps;
  const threads = createThreadStore(db);
  const runStore = createRunStore(db);
  const begunTurns = createBegunTurns(db, { owner, timers, threads, runs: runStore });
  const responses = createResponseStore(db, deps.forgetJob);
  const preparing = { ...deps, threads };
  const stores = { runStore, threads, tell: deps.tell, clock };

  /** What can be done with a turn that has passed its checks. */
  function toPrepared(turn: RunningTurn): PreparedTurn {
    const { request, turnIds, thread, createdAt } = turn;
    return {
      ids: turnIds,
      createdAt,
      promptTokens: () => estimatePromptTokens(firstCall(turn.task)),
      run: (emit, signal, options = {}) => runTurn(turn, emit, signal, options),
      runDurably: (job, alsoKeep) => runDurably(turn, job, alsoKeep),
      pinned: () => ({
        ...request,
        parentTurnId: thread.path.at(-1)?.id,
        as: { uid: turnIds.uid, conversationId: turnIds.conversationId, createdAt },
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
    const begun = begunTurns.watch(() => toBegunTurn(turn, clock.now()));
    const { outcome, statements } = await runLoop(turn, { steps, emit, signal, ready }).catch(
      async (error) => {
        // What earlier steps have cost is kept even when something of ours breaks.
        await steps.finish(await begun.end());
        throw error;
      },
    );
    await steps.finish([...(await begun.end()), ...statements, ...(alsoKeep?.(outcome) ?? [])]);
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
    let asked = false;
    let spoke = false;
    const record: RunSink = (event) => {
      if (event.type === 'answer.cited') annotations = event.annotations;
      asked ||= event.type === 'model.called';
      spoke ||= isVisible(event);
      journal.record(event);
      emit(event);
    };
    const { meter, tools, consoleUrl, observe } = deps;
    const loop = { meter, tools, clock, consoleUrl, observe, ...rest };
    const result = await runAgent(task, loop, record, signal);
    const outcome = { ...turnIds, ...result, annotations };
    // Who went away has paid for what was asked, and somebody may look for it.
    const isLeft = asked && result.bound === 'stopped';
    const isTurn = turn.request.store !== false && (spoke || result.output.length > 0 || isLeft);
    return { outcome, statements: closingStatements(stores, { turn, result, journal, isTurn }) };
  }

  return {
    threads: { ...threads, ...createThreadBrowser(db, responses), ...createThreadEditor(db, threads) },
    responses,
    prepareTurn: async (request) => toPrepared(await prepareTurn(preparing, request)),
    findRun: (accountId, runId) => runStore.findRun(accountId, runId),
    async keep(statements) {
      const result = await db.write(statements);
      if (!result.ok) throw new Error(`A write was refused by the guard '${result.refused}'`);
    },
    recoverBegun: () => begunTurns.recover(),
    compact: (request, signal) => compactThread({ ...deps, runStore }, request, signal),
  };
}

/** Whether the caller has seen, or the model has done, something that the conversation must remember. */
function isVisible({ type }: RunEvent): boolean {
  return type !== 'model.called' && type !== 'model.answered' && type !== 'model.failed';
}
