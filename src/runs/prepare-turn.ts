import type { Item } from '../models/index.ts';
import type { Passage } from '../tools/index.ts';
import { buildInstructions, isInstruction } from './build-instructions.ts';
import { checkCrewInput, checkToolChoice } from './check-demands.ts';
import type { AgentTask } from './loop/types.ts';
import { fitWindow, type RunningTurn } from './running-turn.ts';
import { payerFor, toSubject } from './subject.ts';
import { locateThread } from './threads/locate-thread.ts';
import type { ThreadStore } from './threads/thread-store.ts';
import { textOfLastUserMessage } from './threads/title-of.ts';
import type { RunsDeps, TurnIds, TurnRequest } from './types.ts';

/** Enough of a passage's neighbourhood for retrieval; a whole pasted document would drown the question. */
const QUERY_LENGTH = 2000;

type PrepareDeps = Pick<RunsDeps, 'clock' | 'ids' | 'tools' | 'knowledge' | 'models'> & {
  readonly threads: ThreadStore;
};

/**
 * Checks a turn and gathers what it needs; nothing is spent or stored by then. See Runs.prepareTurn for what it throws.
 */
export async function prepareTurn(deps: PrepareDeps, request: TurnRequest): Promise<RunningTurn> {
  const { agent, caller } = request;
  const { accountId } = caller.payer;
  const model = await deps.models.callable(accountId, agent.config.model, request);
  const { conversationId, thread, storedCount } = await locateThread(deps, request);
  const documents = await gatherKnowledge(deps.knowledge, request, thread.input);
  const toolNames =
    documents === 'searchable'
      ? new Set(['knowledge_search', ...agent.config.tools])
      : new Set(agent.config.tools);
  const found = toolNames.size > 0 ? await deps.tools.find(accountId, [...toolNames]) : [];
  // A caller's tool of the same name takes the place of the server's: the caller asked for it by this very request.
  const clientNames = new Set(request.clientTools.map((tool) => tool.name));
  const serverTools = found.filter((tool) => !clientNames.has(tool.name));
  const uid = request.as?.uid ?? deps.ids.next('');
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
  const createdAt = request.as?.createdAt ?? deps.clock.now();
  return {
    request,
    turnIds,
    thread,
    storedCount,
    task: request.truncation === 'auto' ? fitWindow(task) : task,
    createdAt,
  };
}

async function gatherKnowledge(
  knowledge: RunsDeps['knowledge'],
  request: TurnRequest,
  input: readonly Item[],
): Promise<'none' | 'searchable' | { passages: readonly Passage[] }> {
  const { agent } = request;
  const { accountId } = request.caller.payer;
  if (!(await knowledge.hasDocuments(accountId, agent.id))) return 'none';
  if (agent.config.knowledge.mode === 'tool') return 'searchable';
  const question = textOfLastUserMessage(input).slice(0, QUERY_LENGTH);
  if (question === '') return 'none';
  return {
    passages: await knowledge.search(accountId, agent.id, question, agent.config.knowledge.limit),
  };
}
