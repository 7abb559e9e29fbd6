import type { Item, ModelReply } from '../../models/index.ts';
import type { Passage, ToolOutcome } from '../../tools/index.ts';
import type { RunEvent } from '../events.ts';
import { type Admission, admitCall } from './admit-call.ts';
import type { AgentTask, RunUsage } from './types.ts';

export const NO_TOKENS = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

/** What a run has made so far: a projection of its events, and the items that they stand for. */
export class LoopState {
  readonly output: Item[] = [];
  readonly passages: Passage[];
  readonly warnings: string[] = [];
  usage: RunUsage = { ...NO_TOKENS, costNanoUsd: 0n };
  clientCallCount = 0;
  /** Whether a tool that changes something outside was started. */
  mayHaveActed = false;
  /** What the model is told beside the conversation to mend its last answer; no part of the output. */
  mending: readonly Item[] = [];
  readonly #task: AgentTask;
  #admissions: Map<string, Admission> | undefined;
  #admitted = 0;
  #forClient = 0;

  constructor(task: AgentTask) {
    this.#task = task;
    this.passages = [...task.passages];
  }

  /** Decides on a call of the reply that is coming in, once. */
  admit(callId: string, name: string): Admission {
    const admission = admitCall(this.#task, name, this.#admitted, this.#forClient);
    if (admission.type !== 'refused') this.#admitted += 1;
    if (admission.type === 'client') this.#forClient += 1;
    this.#admissions ??= new Map();
    this.#admissions.set(callId, admission);
    return admission;
  }

  /** What was decided on a call. */
  admissionOf(callId: string, name: string): Admission {
    return this.#admissions?.get(callId) ?? this.admit(callId, name);
  }

  get hasAdmittedCall(): boolean {
    return this.#admitted > 0;
  }

  get mayCallTools(): boolean {
    return this.#task.maxToolCalls === undefined || this.#admitted < this.#task.maxToolCalls;
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'model.answered':
        this.#addUsage(event.usage, event.costNanoUsd);
        break;
      case 'model.failed':
        this.usage = { ...this.usage, costNanoUsd: this.usage.costNanoUsd + event.costNanoUsd };
        break;
      case 'tool.completed':
        this.usage = { ...this.usage, costNanoUsd: this.usage.costNanoUsd + event.costNanoUsd };
        this.output.push({
          type: 'tool_result',
          callId: event.callId,
          name: event.name,
          output: event.output,
          isError: event.isError,
        });
        break;
      default:
        break;
    }
  }

  addReply(reply: Pick<ModelReply, 'text' | 'refusal' | 'reasoning' | 'toolCalls' | 'warnings'>): void {
    this.output.push(...reply.reasoning);
    const content = [
      ...(reply.text === '' ? [] : [{ type: 'text' as const, text: reply.text }]),
      ...(reply.refusal ? [{ type: 'refusal' as const, text: reply.refusal }] : []),
    ];
    if (content.length > 0) this.output.push({ type: 'message', role: 'assistant', content });
    for (const call of reply.toolCalls) {
      const { type } = this.admissionOf(call.callId, call.name);
      this.output.push({ type: 'tool_call', ...call, runBy: type === 'client' ? 'client' : 'server' });
    }
    for (const warning of reply.warnings) this.warn(warning);
  }

  /** Takes an answer that does not fit back; when it was shown, it stays as something said on the way. */
  rejectAnswer(text: string, complaint: string, wasShown: boolean): void {
    const at = this.output.findLastIndex((item) => item.type === 'message');
    const rejected = this.output[at];
    if (rejected?.type !== 'message') return;
    if (wasShown) this.output[at] = { ...rejected, phase: 'commentary' };
    else this.output.splice(at, 1);
    const note = `Your last answer does not fit the JSON that was asked for. ${complaint} Give the whole answer again: only the JSON, nothing before or after it.`;
    this.mending = [
      ...(wasShown
        ? []
        : [
            {
              type: 'message' as const,
              role: 'assistant' as const,
              content: [{ type: 'text' as const, text }],
            },
          ]),
      { type: 'message', role: 'user', content: [{ type: 'text', text: note }] },
    ];
  }

  /** A call that nobody will answer would make the conversation unusable for every provider. */
  dropUnanswered(callIds: readonly string[]): void {
    const kept = this.output.filter((item) => item.type !== 'tool_call' || !callIds.includes(item.callId));
    this.output.splice(0, this.output.length, ...kept);
  }

  /**
   * Takes in what a tool found. Tools that ran side by side numbered their passages from the same start; the ones of
   * the later result are moved up, here and in the text that the model reads.
   */
  renumberPassages(outcome: ToolOutcome, first: number): string {
    const found = outcome.passages ?? [];
    if (found.length === 0) return outcome.output;
    const shift = this.passages.length + 1 - first;
    this.passages.push(...found);
    if (shift === 0) return outcome.output;
    return outcome.output.replace(/^\[(\d+)\](?= )/gm, (marker, digits: string) => {
      const number = Number(digits);
      const isOurs = number >= first && number < first + found.length;
      return isOurs ? `[${number + shift}]` : marker;
    });
  }

  #addUsage(usage: Extract<RunEvent, { type: 'model.answered' }>['usage'], costNanoUsd: bigint): void {
    this.usage = {
      inputTokens: this.usage.inputTokens + usage.inputTokens,
      cachedTokens: this.usage.cachedTokens + usage.cachedTokens,
      outputTokens: this.usage.outputTokens + usage.outputTokens,
      reasoningTokens: this.usage.reasoningTokens + usage.reasoningTokens,
      estimated: this.usage.estimated || usage.estimated,
      costNanoUsd: this.usage.costNanoUsd + costNanoUsd,
    };
  }
}
