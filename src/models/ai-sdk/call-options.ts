import type { JSONSchema7, LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { JsonObject } from '../../lib/json.ts';
import type { ModelCall } from '../types.ts';
import { toPrompt } from './to-prompt.ts';

/** A call as a provider package takes it. */
export function callOptions(
  call: ModelCall,
  metadataKey: string,
  extra: SharedV4ProviderOptions,
  signal: AbortSignal,
): LanguageModelV4CallOptions {
  const { parameters, responseFormat: format, toolChoice } = call;
  const hasTools = call.tools.length > 0;
  return {
    prompt: toPrompt(call, metadataKey),
    abortSignal: signal,
    headers: { 'idempotency-key': call.idempotencyKey.replace(/[^\x21-\x7e]/g, '_').slice(0, 255) },
    providerOptions: optionsOf(call, metadataKey, extra),
    ...(hasTools && {
      tools: call.tools.map((tool) => ({
        type: 'function' as const,
        name: tool.name,
        description: tool.description,
        inputSchema: schemaOf(tool.parameters),
        ...(tool.strict !== undefined && { strict: tool.strict }),
      })),
      toolChoice:
        toolChoice.type === 'tool'
          ? { type: 'tool' as const, toolName: toolChoice.name }
          : { type: toolChoice.type },
    }),
    ...(format.type === 'json_object' && { responseFormat: { type: 'json' as const } }),
    ...(format.type === 'json_schema' && {
      responseFormat: {
        type: 'json' as const,
        schema: schemaOf(format.schema),
        name: format.name,
        ...(format.description !== undefined && { description: format.description }),
      },
    }),
    ...(parameters.temperature !== undefined && { temperature: parameters.temperature }),
    ...(parameters.topP !== undefined && { topP: parameters.topP }),
    ...(parameters.maxOutputTokens !== undefined && { maxOutputTokens: parameters.maxOutputTokens }),
    ...(parameters.stop !== undefined && { stopSequences: [...parameters.stop] }),
    ...(parameters.presencePenalty !== undefined && { presencePenalty: parameters.presencePenalty }),
    ...(parameters.frequencyPenalty !== undefined && { frequencyPenalty: parameters.frequencyPenalty }),
    ...(parameters.seed !== undefined && { seed: parameters.seed }),
    ...(parameters.reasoningEffort !== undefined && { reasoning: parameters.reasoningEffort }),
  };
}

function optionsOf(
  call: ModelCall,
  metadataKey: string,
  extra: SharedV4ProviderOptions,
): SharedV4ProviderOptions {
  const own = { ...extra[metadataKey] };
  if (call.parallelToolCalls !== undefined && call.tools.length > 0) {
    if (metadataKey === 'openai') own.parallelToolCalls = call.parallelToolCalls;
    if (metadataKey === 'anthropic') own.disableParallelToolUse = !call.parallelToolCalls;
  }
  if (metadataKey === 'openai' && call.responseFormat.type === 'json_schema') {
    own.strictJsonSchema = call.responseFormat.strict ?? false;
  }
  return { ...extra, ...(Object.keys(own).length > 0 && { [metadataKey]: own }) };
}

/** A schema is JSON with us and a type of many known keywords there; providers send it on as it is. */
function schemaOf(schema: JsonObject): JSONSchema7 {
  return schema as JSONSchema7;
}
