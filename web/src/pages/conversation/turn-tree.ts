interface Node {
  readonly message_id: string;
  readonly parent_message_id: string | null;
}

/** The turns of a conversation as the tree that they are; the order of making is kept everywhere. */
export class TurnTree<Turn extends Node> {
  readonly #byId: ReadonlyMap<string, Turn>;
  readonly #children = new Map<string | null, Turn[]>();

  constructor(turns: readonly Turn[]) {
    this.#byId = new Map(turns.map((turn) => [turn.message_id, turn]));
    for (const turn of turns) {
      // A turn whose parent was deleted stands at the top.
      const parent = this.#byId.has(turn.parent_message_id ?? '') ? turn.parent_message_id : null;
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), turn]);
    }
  }

  childrenOf(id: string | null): readonly Turn[] {
    return this.#children.get(id) ?? [];
  }

  /** The branches that begin where this turn does, itself among them. */
  siblingsOf(turn: Turn): readonly Turn[] {
    const parent = this.#byId.has(turn.parent_message_id ?? '') ? turn.parent_message_id : null;
    return this.childrenOf(parent);
  }

  /** From the first turn to the one of this id; empty when there is none. */
  pathTo(id: string): readonly Turn[] {
    const path: Turn[] = [];
    for (let turn = this.#byId.get(id); turn; turn = this.#byId.get(turn.parent_message_id ?? ''))
      path.unshift(turn);
    return path;
  }

  /** Where a branch goes on to when each time the youngest way is taken. */
  newestBelow(id: string): string {
    let at = id;
    for (let next = this.childrenOf(at).at(-1); next; next = this.childrenOf(at).at(-1)) at = next.message_id;
    return at;
  }

  get hasBranches(): boolean {
    return [...this.#children.values()].some((turns) => turns.length > 1);
  }
}
