import type { ModelCall } from '../models/index.ts';

/** Of the parameters of a call, what the agents of a crew have of their own; the bound on the answer is always there. */
const PARAMETERS = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['stop', 'stop'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['seed', 'seed'],
  ['reasoningEffort', 'reasoning_effort'],
] as const satisfies readonly (readonly [keyof ModelCall['parameters'], string])[];

/** A sentence for each part of a request that a crew as a model does nothing with. */
export function unusedByCrews({ tools, responseFormat, parameters, items }: ModelCall): string[] {
  const unused = PARAMETERS.flatMap(([key, name]) => (parameters[key] === undefined ? [] : [name]));
  const asked = items.findLast((item) => item.type === 'message' && item.role === 'user');
  const hasMedia =
    asked?.type === 'message' && asked.content.some(({ type }) => type === 'image' || type === 'file');
  return [
    ...(tools.length > 0 ? ["tools are not used: a crew has its agents' own."] : []),
    ...(responseFormat.type !== 'text'
      ? ["response_format is not honoured by crews; give the crew's last task an output_schema."]
      : []),
    ...(unused.length > 0 ? [`${unused.join(', ')}: not used, a crew's agents have their own.`] : []),
    ...(hasMedia ? ['images and files are not given to crews: a job takes the text of the message.'] : []),
  ];
}
