import type { Principal } from '../../../accounts/index.ts';
import type { CallableAgent } from '../../../agents/index.ts';
import { invalid } from '../../../lib/errors.ts';
import type { Item } from '../../../models/index.ts';
import { type PreparedTurn, type TurnRequest, withItemIds } from '../../../runs/index.ts';
import { mayUseAgent, toCaller } from '../caller.ts';
import { checkFormat } from '../check-format.ts';
import type { ResponsesDeps } from './deps.ts';
import { responseErrors } from './errors.ts';
import type { ResponseIdentity } from './response-resource.ts';
import type { CreateResponseRequest } from './schema.ts';
import { referencedIds, toItems, type WireInput } from './to-items.ts';
import { type ResponsePlan, toPlan } from './to-turn.ts';

export type Memory = NonNullable<TurnRequest['memory']>;

/** A thread that is held in memory, by the id of its last response. */
export type FindMemory = (turnId: string) => Memory | undefined;

export interface PreparedResponse {
  readonly prepared: PreparedTurn;
  readonly plan: ResponsePlan;
  readonly agent: CallableAgent;
  readonly accountId: string;
  readonly identity: ResponseIdentity;
}

/**
 * Checks a request and gathers what it needs. Everything that can be refused before anything is spent is refused here.
 */
export async function prepareResponse(
  deps: ResponsesDeps,
  principal: Principal,
  body: CreateResponseRequest,
  { stream, findMemory }: { stream: boolean; findMemory?: FindMemory },
): Promise<PreparedResponse> {
  const agent = await deps.findAgent(principal, body.model);
  const { accountId } = principal;
  const plan = toPlan(body, agent);
  checkFormat(deps.schemas, 'text.format.schema', plan.turn.responseFormat);
  const thread = await findThread(deps, principal, body, findMemory);
  const items = await readInput(deps, principal, body.input, { memory: thread.memory });
  if (items.length === 0) throw invalid('input', 'is required: a text or a list of items');
  const prepared = await deps.runs.prepareTurn({
    ...plan.turn,
    ...thread,
    items,
    continues: 'append',
    enforce: true,
    stream,
    agent,
    caller: toCaller(principal),
  });
  const { uid, conversationId } = prepared.ids;
  const asked = conversationOf(body) !== undefined;
  const echo = {
    ...plan.echo,
    ...(asked && { conversation: { id: conversationId } }),
    ...(plan.turn.store && { conversation_id: conversationId }),
  };
  return { prepared, plan, agent, accountId, identity: { uid, createdAt: prepared.createdAt, echo } };
}

/** The request's input as items, with what it only refers to looked up. */
export async function readInput(
  deps: Pick<ResponsesDeps, 'runs' | 'sealer'>,
  principal: Principal,
  input: WireInput,
  { memory, field = 'input' }: { memory?: Memory | undefined; field?: string } = {},
): Promise<Item[]> {
  const { accountId } = principal;
  const held = (memory?.turns ?? []).flatMap(withItemIds);
  const referenced = new Map<string, readonly Item[]>();
  for (const id of new Set(referencedIds(input))) {
    const here = held.filter((stored) => stored.id === id);
    const found = here.length > 0 ? undefined : await deps.runs.threads.findItems(accountId, id);
    const items = found && mayUseAgent(principal, found.agentId) ? found.items : here;
    if (items.length > 0)
      referenced.set(
        id,
        items.map(({ item }) => item),
      );
  }
  return toItems(input, { accountId, sealer: deps.sealer, referenced }, field);
}

/** What a request continues, as it says. */
export async function findThread(
  deps: Pick<ResponsesDeps, 'runs'>,
  principal: Principal,
  body: Pick<CreateResponseRequest, 'previous_response_id' | 'conversation' | 'conversation_id'>,
  findMemory?: FindMemory,
): Promise<Pick<TurnRequest, 'conversationId' | 'parentTurnId' | 'memory'>> {
  const previous = body.previous_response_id ?? undefined;
  const conversationId = conversationOf(body);
  if (previous === undefined) return conversationId === undefined ? {} : { conversationId };
  if (conversationId !== undefined) {
    throw invalid('conversation', 'cannot be given together with previous_response_id; send one of them');
  }
  const turnId = turnIdOf(previous);
  const memory = turnId === undefined ? undefined : findMemory?.(turnId);
  if (memory) return { memory };
  const { accountId } = principal;
  const [turn, response] =
    turnId === undefined
      ? []
      : await Promise.all([
          deps.runs.threads.findTurn(accountId, turnId),
          deps.runs.responses.find(accountId, turnId),
        ]);
  if (!turn || response?.status === 'deleted' || !mayUseAgent(principal, turn.agentId)) {
    throw responseErrors.previous_response_not_found(
      `There is no response '${previous.slice(0, 64)}' that can be continued.`,
      { field: 'previous_response_id', reason: 'not found' },
    );
  }
  return { parentTurnId: turn.id };
}

function conversationOf(
  body: Pick<CreateResponseRequest, 'conversation' | 'conversation_id'>,
): string | undefined {
  const { conversation } = body;
  const named = typeof conversation === 'string' ? conversation : conversation?.id;
  return named ?? body.conversation_id ?? undefined;
}

/** The turn behind a response id, or behind a chat's message id: it is the same node of the same tree. */
export function turnIdOf(id: string): string | undefined {
  return /^(?:resp|msg)_([0-9A-Za-z]{26})$/.exec(id)?.[1];
}
