import type { RunSink, Turn } from '../../../runs/index.ts';
import type { FoundResponse } from './find-response.ts';
import { type EmitterOptions, ResponseEmitter } from './response-emitter.ts';
import type { ResponseEcho } from './response-resource.ts';

const BROKEN_OFF = { code: 'failed', message: 'The answer broke off.' };

/** A turn that no response was stored for, such as one of Chat Completions, told as if it had been made here. */
export const replayTurn = {
  options(turn: Turn): EmitterOptions {
    const { id: uid, createdAt } = turn;
    return { identity: { uid, createdAt, echo: echoOf(turn) }, showSteps: false };
  },

  play(
    { turn, error = BROKEN_OFF }: Extract<FoundResponse, { type: 'turn' }>,
    options: EmitterOptions,
  ): Record<string, unknown> {
    const emitter = new ResponseEmitter(options);
    playItems(turn, (event) => emitter.event(event));
    return emitter.finish({
      status: turn.status,
      usage: null,
      completedAt: turn.status === 'completed' ? turn.createdAt : null,
      incompleteReason: turn.status === 'incomplete' ? 'stopped' : null,
      error: turn.status === 'failed' ? error : null,
      warnings: [],
    });
  },
};

function playItems(turn: Turn, sink: RunSink): void {
  let clientCalls = 0;
  sink({ type: 'model.called', step: 1, model: turn.agentId });
  for (const item of turn.output) {
    switch (item.type) {
      case 'message':
        for (const part of item.content) {
          if (part.type === 'text') sink({ type: 'text.delta', text: part.text });
          if (part.type === 'refusal') sink({ type: 'refusal.delta', text: part.text });
          if (part.type === 'text' && part.annotations) {
            sink({ type: 'answer.cited', annotations: part.annotations });
          }
        }
        break;
      case 'reasoning':
        if (item.text !== '') sink({ type: 'reasoning.delta', text: item.text });
        break;
      case 'tool_call': {
        const { callId, name } = item;
        if (item.runBy === 'server') {
          sink({ type: 'tool.called', step: 1, callId, name, arguments: item.arguments });
          break;
        }
        sink({ type: 'client_call.started', index: clientCalls, callId, name });
        sink({ type: 'client_call.delta', index: clientCalls, text: item.arguments });
        clientCalls += 1;
        break;
      }
      case 'tool_result': {
        const { callId, name, output, isError } = item;
        sink({
          type: 'tool.completed',
          step: 1,
          callId,
          name,
          output,
          isError,
          costNanoUsd: 0n,
          durationMs: 0,
        });
        break;
      }
    }
  }
}

function echoOf(turn: Turn): ResponseEcho {
  return {
    model: turn.agentId,
    previous_response_id: turn.parentId === undefined ? null : `resp_${turn.parentId}`,
    instructions: null,
    tools: [],
    tool_choice: 'auto',
    truncation: 'disabled',
    parallel_tool_calls: true,
    text: { format: { type: 'text' } },
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    top_logprobs: 0,
    temperature: 1,
    reasoning: null,
    max_output_tokens: null,
    max_tool_calls: null,
    store: true,
    background: false,
    service_tier: 'default',
    metadata: {},
    safety_identifier: null,
    prompt_cache_key: null,
    conversation_id: turn.conversationId,
  };
}
