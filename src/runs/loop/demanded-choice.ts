import type { ModelReply } from '../../models/index.ts';
import { runErrors } from '../errors.ts';
import { mayHandOver } from './offer-tools.ts';
import type { AgentTask } from './types.ts';

/** Whether a reply lacks the call that the request demands. An answer that was cut may have been about to make it. */
export function missesChoice(task: AgentTask, reply: ModelReply): boolean {
  if (!isDemanded(task, reply)) return false;
  const { toolChoice } = task;
  return toolChoice.type === 'tool'
    ? !reply.toolCalls.some((call) => call.name === toolChoice.name)
    : reply.toolCalls.length === 0;
}

/** Whether this reply is held to the call that the request demands. */
export function isDemanded(task: AgentTask, reply: ModelReply): boolean {
  if (reply.finishReason === 'length' || reply.finishReason === 'content_filter' || reply.refusal)
    return false;
  if (task.maxSteps <= 1 && !mayHandOver(task)) return false;
  const { toolChoice } = task;
  return toolChoice.type === 'required' || toolChoice.type === 'tool';
}

export function choiceMissed({ toolChoice }: AgentTask): Error {
  const wanted = toolChoice.type === 'tool' ? `a call of '${toolChoice.name}'` : 'a tool call';
  return runErrors.tool_choice_not_honoured(`The request demands ${wanted}, and the model made none.`, {
    field: 'tool_choice',
  });
}
