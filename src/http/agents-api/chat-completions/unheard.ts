import type { CallableAgent } from '../../../agents/index.ts';
import { isCrew } from '../crew-inputs.ts';
import type { ChatCompletionRequest } from './schema.ts';

/** What OpenAI's API knows and agents do not have, where leaving it out may change the answer. */
const UNHEARD: Readonly<Record<string, string>> = {
  audio: 'agents answer in text',
  function_call: 'use tool_choice',
  functions: 'use tools',
  logit_bias: 'it is not passed on to models',
  logprobs: 'they are not available from agents',
  modalities: 'agents answer in text',
  prediction: 'it is not passed on to models',
  service_tier: 'the provider decides',
  store: 'chats are kept as conversations; POST /responses takes store: false',
  top_logprobs: 'they are not available from agents',
  verbosity: "the agent's instructions say how much to write",
  web_search_options: 'give the agent the tool web_search',
};

/** Values that ask for nothing but what is done anyway. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  logprobs: ['false'],
  logit_bias: ['{}'],
  top_logprobs: ['0'],
  modalities: ['["text"]'],
  service_tier: ['"auto"', '"default"'],
  store: ['true'],
  verbosity: ['"medium"'],
};

/** A sentence for each parameter that was sent and does nothing. */
export function unheardParameters(body: ChatCompletionRequest, agent: Pick<CallableAgent, 'id'>): string[] {
  const warnings = Object.entries(UNHEARD).flatMap(([name, why]) => {
    const value: unknown = Reflect.get(body, name);
    if (value === undefined || value === null) return [];
    if (HARMLESS[name]?.includes(JSON.stringify(value))) return [];
    return [`${name} has no effect: ${why}.`];
  });
  if (Object.keys(body.metadata ?? {}).some((key) => key !== 'inputs' || !isCrew(agent))) {
    warnings.push('metadata is not kept: set it on the conversation, with POST /conversations/{id}.');
  }
  if (body.messages.some(({ name }) => typeof name === 'string')) {
    warnings.push('messages[].name has no effect: say in the content who speaks.');
  }
  if (body.messages.some((message) => message.role !== 'user' && hasMedia(message))) {
    warnings.push('Images and files have an effect in messages of the user only.');
  }
  return warnings;
}

function hasMedia({ content }: ChatCompletionRequest['messages'][number]): boolean {
  return Array.isArray(content) && content.some(({ type }) => type === 'image_url' || type === 'file');
}
