import { usdNumber } from '../billing/index.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Item } from '../models/index.ts';
import { cutText } from '../webhooks/index.ts';
import type { AgentResult } from './loop/types.ts';
import type { TurnIds, TurnRequest } from './types.ts';

/** What a webhook learns of a turn: who asked what, and what the agent answered. */
export function messageEvent(
  { agent, endUser }: TurnRequest,
  { uid, conversationId }: TurnIds,
  input: readonly Item[],
  { status, output, usage }: AgentResult,
): JsonObject {
  return {
    conversation_id: conversationId,
    message_id: `msg_${uid}`,
    agent_id: agent.id,
    user: endUser ?? null,
    status,
    input: cutText(textOf(input, 'user')),
    output: cutText(textOf(output, 'assistant')),
    usage: {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cost_usd: usdNumber(usage.costNanoUsd),
    },
  };
}

/** The texts of the last message of that role. */
function textOf(items: readonly Item[], role: 'user' | 'assistant'): string {
  const last = items.findLast((item) => item.type === 'message' && item.role === role);
  if (last?.type !== 'message') return '';
  return last.content.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n');
}
