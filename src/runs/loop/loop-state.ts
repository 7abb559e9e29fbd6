import type { Item, ModelReply } from '../../models/index.ts';
import type { Passage, Tool, ToolOutcome } from '../../tools/index.ts';
import type { RunEvent } from '../events.ts';
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
  /** Whether anything has gone out that the caller can see. */
  hasSpoken = false;
  clientCallCount = 0;
  readonly #serverTools: Map<string, Tool>;
  readonly #clientTools: Set<string>;

  constructor(task: AgentTask) {
    this.passages = [...task.passages];
    this.#serverTools = new Map(task.serverTools.map((tool) => [tool.name, tool]));
    this.#clientTools = new Set(task.clientTools.map((tool) => tool.name));
  }

  isClientTool(name: string): boolean {
    return this.#clientTools.has(name);
  }

  serverTool(name: string): Tool | undefined {
    return this.#serverTools.get(name);
  }

  toolNames(): string[] {
    return [...this.#serverTools.keys()];
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'text.delta':
      case 'reasoning.delta':
      case 'refusal.delta':
      case 'client_call.started':
      case 'tool.called':
        this.hasSpoken = true;
        break;
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
    if (reply.text !== '') {
      this.output.push({ type: 'message', role: 'assistant', content: [{ type: 'text', text: reply.text }] });
    }
    if (reply.refusal) {
      this.output.push({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'refusal', text: reply.refusal }],
      });
    }
    for (const call of reply.toolCalls) {
      this.output.push({
        type: 'tool_call',
        ...call,
        runBy: this.isClientTool(call.name) ? 'client' : 'server',
      });
    }
    for (const warning of reply.warnings) this.warn(warning);
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
