import type { Principal } from '../../../accounts/index.ts';
import type { CallableAgent } from '../../../agents/index.ts';
import type { Engine } from '../../../engine/index.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Ids } from '../../../lib/ids.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Limits } from '../../../limits/index.ts';
import type { Runs } from '../../../runs/index.ts';
import type { SchemaChecker } from '../../../tools/index.ts';
import type { OpenRequests } from '../../client-gone.ts';
import type { LiveResponses } from './live-responses.ts';
import type { ContentSealer } from './sealed-content.ts';

export interface ResponsesDeps {
  readonly runs: Runs;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sealer: ContentSealer;
  readonly schemas: SchemaChecker;
  readonly live: LiveResponses;
  /** Runs background responses. */
  readonly engine: Pick<Engine, 'enqueue' | 'get' | 'stop' | 'subscribe'>;
  /** The agent of this id if the principal may call it, else throws model_not_found. */
  readonly findAgent: (principal: Principal, model: string) => Promise<CallableAgent>;
  readonly openRequests: OpenRequests;
  /** Aborts when the server begins to go down: who only watches is let go, and can come back. */
  readonly goingDown: AbortSignal;
  readonly limits: Limits;
  /** Aborts when the server can wait no longer for what is open. */
  readonly shutdownSignal: AbortSignal;
}
