import { invalid } from '../lib/errors.ts';
import type { Item } from '../models/index.ts';
import { runErrors } from './errors.ts';
import { mayHandOver } from './loop/offer-tools.ts';
import { textOfLastUserMessage } from './threads/title-of.ts';
import type { TurnRequest } from './types.ts';

/** A demand that nothing can meet is told before anything is spent. */
export function checkToolChoice(request: TurnRequest, offered: ReadonlySet<string>): void {
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
export function checkCrewInput({ inputs, continues }: TurnRequest, items: readonly Item[]): void {
  if (inputs !== undefined || textOfLastUserMessage(items).trim() !== '') return;
  const reason =
    'A crew takes the text of the last user message as its input, and there is none; send a text, or the inputs of its job in metadata.inputs.';
  throw runErrors.nothing_to_answer(reason, { field: continues === 'append' ? 'input' : 'messages', reason });
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}
