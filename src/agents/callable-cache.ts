import type { CallableAgent } from './types.ts';

/** Instructions may be long, so what is kept is bounded by characters and not by agents. */
const MAX_CHARS = 32_000_000;
const OVERHEAD_CHARS = 2_000;

/** Agents that were read and parsed, by id. A version never changes, so an entry is right as long as its version is. */
export class CallableCache {
  readonly #entries = new Map<string, { readonly agent: CallableAgent; readonly chars: number }>();
  readonly #maxChars: number;
  #chars = 0;

  constructor(maxChars: number = MAX_CHARS) {
    this.#maxChars = maxChars;
  }

  get(agentId: string, version: number): CallableAgent | undefined {
    const agent = this.#entries.get(agentId)?.agent;
    return agent?.version === version ? agent : undefined;
  }

  keep(agent: CallableAgent): void {
    this.drop(agent.id);
    const { instructions, role, goal, backstory } = agent.config;
    const chars = OVERHEAD_CHARS + instructions.length + role.length + goal.length + backstory.length;
    this.#entries.set(agent.id, { agent, chars });
    this.#chars += chars;
    // Maps keep the order of insertion: the first one was read longest ago.
    for (const agentId of this.#entries.keys()) {
      if (this.#chars <= this.#maxChars) break;
      this.drop(agentId);
    }
  }

  drop(agentId: string): void {
    const entry = this.#entries.get(agentId);
    if (!entry) return;
    this.#entries.delete(agentId);
    this.#chars -= entry.chars;
  }
}
