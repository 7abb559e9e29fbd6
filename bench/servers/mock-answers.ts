/** What the mock upstream says for each of its model names; see mockModel for the names. */
export type MockModel =
  | { readonly kind: 'json' }
  | { readonly kind: 'tool' }
  | { readonly kind: 'stream'; readonly chunks: number; readonly gapMs: number };

/** `mock-json`, `mock-tool`, or `mock-stream-<chunks>-<gap ms>`. */
export function mockModel(name: string): MockModel | undefined {
  if (name === 'mock-json') return { kind: 'json' };
  if (name === 'mock-tool') return { kind: 'tool' };
  const stream = /^mock-stream-(\d{1,5})-(\d{1,5})$/.exec(name);
  return stream ? { kind: 'stream', chunks: Number(stream[1]), gapMs: Number(stream[2]) } : undefined;
}

const CREATED = 1_760_000_000;
const USAGE = { prompt_tokens: 24, completion_tokens: 12, total_tokens: 36 };

export const ANSWER_TEXT = 'The answer of the mock upstream, as short as a short answer is.';

const toolCall = {
  id: 'call_1',
  type: 'function',
  function: { name: 'calculator', arguments: '{"expression":"6 * 7"}' },
};

function completion(message: object, finishReason: string): Buffer {
  const body = {
    id: 'chatcmpl-mock',
    object: 'chat.completion',
    created: CREATED,
    model: 'mock',
    choices: [{ index: 0, message, finish_reason: finishReason, logprobs: null }],
    usage: USAGE,
  };
  return Buffer.from(JSON.stringify(body));
}

export const answerBody = completion({ role: 'assistant', content: ANSWER_TEXT }, 'stop');
export const toolCallBody = completion(
  { role: 'assistant', content: null, tool_calls: [toolCall] },
  'tool_calls',
);

function frame(delta: object, finishReason: string | null, extra: object = {}): string {
  const body = {
    id: 'chatcmpl-mock',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: 'mock',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...extra,
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

const PLACE = 'PLACE';
const [beforeMark = '', afterMark = ''] = frame({ content: `${PLACE} token` }, null).split(PLACE);

/** A chunk of one token whose text begins with the given mark. */
export function contentFrame(mark: string): string {
  return beforeMark + mark + afterMark;
}

export const roleFrame = frame({ role: 'assistant', content: '' }, null);
export const toolCallFrame = frame({ tool_calls: [{ index: 0, ...toolCall }] }, null);

/** Ends a stream: the reason, the usage, `[DONE]`. */
export function endFrames(finishReason: string): string {
  const usage = `data: ${JSON.stringify({ id: 'chatcmpl-mock', object: 'chat.completion.chunk', created: CREATED, model: 'mock', choices: [], usage: USAGE })}\n\n`;
  return `${frame({}, finishReason)}${usage}data: [DONE]\n\n`;
}
