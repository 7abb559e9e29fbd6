import type { CallableAgent } from '../../../agents/index.ts';
import { isCrew } from '../crew-inputs.ts';
import { type Fields, QUIET_FIELDS, VENDOR_FIELDS, warnOfFields } from '../unheard-fields.ts';
import { ChatCompletionBody, type ChatCompletionRequest } from './schema.ts';

/** What OpenAI's APIs and others know and agents do not have, where leaving it out may change the answer. */
const UNHEARD: readonly (readonly [string, string])[] = [
  ['audio', 'agents answer in text'],
  ['conversation', 'send conversation_id'],
  ['instructions', 'send a message of the role system'],
  ['logit_bias', 'it is not passed on to models'],
  ['logprobs', 'they are not available from agents'],
  ['max_output_tokens', 'send max_completion_tokens'],
  ['modalities', 'agents answer in text'],
  ['prediction', 'it is not passed on to models'],
  ['previous_response_id', 'send parent_message_id'],
  ['reasoning', 'send reasoning_effort'],
  ['service_tier', 'the provider decides'],
  ['stop_sequences', 'send stop'],
  ['store', 'chats are kept as conversations; POST /responses takes store: false'],
  ['system', 'send a message of the role system'],
  ['thinking', 'send reasoning_effort'],
  ['top_logprobs', 'they are not available from agents'],
  ['verbosity', "the agent's instructions say how much to write"],
  ['web_search_options', 'give the agent the tool web_search'],
  ...VENDOR_FIELDS,
];

const unheard = new Map(UNHEARD);
const names = Object.keys(ChatCompletionBody.properties).filter((name) => !unheard.has(name));
const FIELDS: Fields = { heard: new Set([...names, ...QUIET_FIELDS]), unheard, names };

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

/** A sentence for each parameter and field that was sent and does nothing. */
export function unheardParameters(body: ChatCompletionRequest, agent: Pick<CallableAgent, 'id'>): string[] {
  const warnings = [...warnOfFields(body, FIELDS, isHarmless)];
  if (Object.keys(body.metadata ?? {}).some((key) => key !== 'inputs' || !isCrew(agent))) {
    warnings.push('metadata is not kept: set it on the conversation, with POST /conversations/{id}.');
  }
  if (body.messages.some(({ name, role }) => typeof name === 'string' && role !== 'function')) {
    warnings.push('messages[].name has no effect: say in the content who speaks.');
  }
  if (body.messages.some((message) => message.role !== 'user' && hasMedia(message))) {
    warnings.push('Images and files have an effect in messages of the user only.');
  }
  return warnings;
}

function isHarmless(name: string, value: unknown): boolean {
  return HARMLESS[name]?.includes(JSON.stringify(value)) ?? false;
}

function hasMedia({ content }: ChatCompletionRequest['messages'][number]): boolean {
  return Array.isArray(content) && content.some(({ type }) => type === 'image_url' || type === 'file');
}
