import type { Presence } from '../../db/index.ts';
import type { Json } from '../../lib/json.ts';
import type { JobKind } from '../types.ts';
import type { Carrier } from './carrier.ts';
import type { RunHaltDeps } from './run-halt.ts';
import type { RunLogDeps } from './run-log.ts';
import type { Claim, StepRow } from './store.ts';

export interface RunDeps extends RunLogDeps, RunHaltDeps {
  readonly presence: Pick<Presence, 'isHeld' | 'whenHeld'>;
  readonly carrier: Carrier;
  readonly random: () => number;
}

export interface ClaimedJob {
  readonly claim: Claim;
  readonly kind: JobKind;
  readonly input: Json;
  readonly attempt: number;
  readonly crashes: number;
  readonly waitedMs: number;
  readonly steps: readonly StepRow[];
}
