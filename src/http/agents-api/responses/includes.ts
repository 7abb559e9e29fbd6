import { Type } from 'typebox';
import { invalid } from '../../../lib/errors.ts';

/** What may be asked to be included. Those of OpenAI's hosted tools are about items that no agent here makes. */
const INCLUDES = [
  'reasoning.encrypted_content',
  'muster.steps',
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
];
const MAX_SHOWN_CHARS = 64;

/** Items and parts of items that are shown only to who asks for them. */
export interface Included {
  readonly showSteps: boolean;
  readonly sealReasoning: boolean;
}

const Names = Type.Union([Type.String(), Type.Array(Type.String())], {
  description: `What is to be shown beside, once or repeated: ${INCLUDES.slice(0, 2).join(', ')}.`,
});

/** Queries are texts; SDKs write arrays as `include[]=a&include[]=b`. */
export const IncludeQuery = { include: Type.Optional(Names), 'include[]': Type.Optional(Names) };

interface IncludingQuery {
  readonly include?: string | string[];
  readonly 'include[]'?: string | string[];
}

export function includedBy(query: IncludingQuery): Included {
  const names = [query.include ?? [], query['include[]'] ?? []].flat();
  return toIncluded(names, () => 'include');
}

/** Throws a validation error for a name that is not known, or that no agent can give. */
export function toIncluded(names: readonly string[], fieldOf: (index: number) => string): Included {
  for (const [index, name] of names.entries()) {
    if (name === 'message.output_text.logprobs') {
      throw invalid(fieldOf(index), 'log probabilities are not available from agents');
    }
    if (!INCLUDES.includes(name)) {
      const shown = name.slice(0, MAX_SHOWN_CHARS);
      throw invalid(fieldOf(index), `'${shown}' is not known; there are ${INCLUDES.join(', ')}`);
    }
  }
  return {
    showSteps: names.includes('muster.steps'),
    sealReasoning: names.includes('reasoning.encrypted_content'),
  };
}
