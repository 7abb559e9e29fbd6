import type { Bench } from '../bench.ts';
import type { Figure } from '../report/figure.ts';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Runs only when `--only` names it. */
  readonly onlyByName?: boolean;
  run(bench: Bench): Promise<Figure[]>;
}
