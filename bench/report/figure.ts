/** What a figure has to be. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  /** Without it the figure is told, not judged. */
  readonly reach?: Bound;
  readonly aim?: Bound;
  /** One value a round, in order. */
  readonly rounds?: readonly number[];
  /** The absolute numbers behind a ratio. */
  readonly detail?: string;
}

export type Verdict = 'aim' | 'reach' | 'missed' | '';

/** Held against its own bounds; an empty verdict when there are none. A figure that is no number missed. */
export function judge(figure: Figure): Verdict {
  if (figure.reach === undefined) return '';
  if (figure.aim !== undefined && meets(figure.value, figure.aim)) return 'aim';
  return meets(figure.value, figure.reach) ? 'reach' : 'missed';
}

function meets(value: number, bound: Bound): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}
