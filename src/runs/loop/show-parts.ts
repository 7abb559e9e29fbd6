import type { ModelPart, ModelReply, ModelSink } from '../../models/index.ts';
import type { RunSink } from '../events.ts';
import type { LoopState } from './loop-state.ts';

const DELTAS = { text: 'text.delta', reasoning: 'reasoning.delta', refusal: 'refusal.delta' } as const;

/** Turns what the model says into events. Calls of server tools are not shown while they are being written. */
export function partSink(state: LoopState, emit: RunSink, ready: ModelSink['ready']): ModelSink {
  /** Made when there are any: most answers call nothing, and a stream may last. */
  let shown: Map<number, number> | undefined;
  return {
    ...(ready && { ready }),
    part(part: ModelPart): void {
      switch (part.type) {
        case 'text':
        case 'reasoning':
        case 'refusal':
          emit({ type: DELTAS[part.type], text: part.delta });
          break;
        case 'tool_call':
          if (state.admit(part.callId, part.name).type !== 'client') break;
          shown ??= new Map();
          shown.set(part.index, state.clientCallCount);
          emit({
            type: 'client_call.started',
            index: state.clientCallCount,
            callId: part.callId,
            name: part.name,
          });
          state.clientCallCount += 1;
          break;
        case 'tool_arguments': {
          const index = shown?.get(part.index);
          if (index !== undefined) emit({ type: 'client_call.delta', index, text: part.delta });
          break;
        }
      }
    },
  };
}

/** A reply that came in one piece, as the parts of a stream: projections know one form only. */
export function feedWhole(reply: ModelReply, sink: ModelSink): void {
  for (const { text } of reply.reasoning) if (text !== '') sink.part({ type: 'reasoning', delta: text });
  if (reply.text !== '') sink.part({ type: 'text', delta: reply.text });
  if (reply.refusal) sink.part({ type: 'refusal', delta: reply.refusal });
  for (const [index, call] of reply.toolCalls.entries()) {
    sink.part({ type: 'tool_call', index, callId: call.callId, name: call.name });
    if (call.arguments !== '') sink.part({ type: 'tool_arguments', index, delta: call.arguments });
  }
}
