import type { Turn } from '../../../../runs/index.ts';
import type { Memory } from '../prepare-response.ts';

const MAX_LANES = 16;
/** Of everything that one connection keeps; images come inside the items. */
const MAX_BYTES = 64 * 1024 * 1024;

interface Kept {
  readonly memory: Memory;
  readonly bytes: number;
}

/** The last response of each lane of a connection, within bounds: the lanes that were used longest ago go first. */
export class LaneMemories {
  readonly #lanes = new Map<string, Kept>();
  readonly #sizes = new WeakMap<Turn, number>();

  keep(lane: string | undefined, memory: Memory): void {
    const name = lane ?? '';
    const bytes = memory.turns.reduce((sum, turn) => sum + this.#sizeOf(turn), 0);
    this.#lanes.delete(name);
    this.#lanes.set(name, { memory, bytes });
    while (this.#lanes.size > MAX_LANES || (this.#lanes.size > 0 && this.#bytes() > MAX_BYTES)) {
      const [oldest = ''] = this.#lanes.keys();
      this.#lanes.delete(oldest);
    }
  }

  /** The thread whose last turn it is. */
  find(turnId: string): Memory | undefined {
    return [...this.#lanes.values()].find(({ memory }) => memory.turns.at(-1)?.id === turnId)?.memory;
  }

  /** Forgets a response, by the id by which it was to be continued. */
  evict(responseId: string | null | undefined): void {
    for (const [lane, { memory }] of this.#lanes) {
      if (`resp_${memory.turns.at(-1)?.id}` === responseId) this.#lanes.delete(lane);
    }
  }

  #bytes(): number {
    return [...this.#lanes.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #sizeOf(turn: Turn): number {
    const known = this.#sizes.get(turn);
    if (known !== undefined) return known;
    const size = JSON.stringify([turn.input, turn.output]).length;
    this.#sizes.set(turn, size);
    return size;
  }
}
