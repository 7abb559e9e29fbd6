import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Principal } from '../accounts/index.ts';
import type { Claim } from '../idempotency/index.ts';
import type { Upgrades } from './upgrades.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook of the API that the request came in by. */
    principal: Principal | undefined;
    /** Of noteAdmission. */
    endingsAtAdmission: number;
    admittedAt: number;
    /** Of a request with an Idempotency-Key. */
    claim: Claim | undefined;
  }
  interface FastifyInstance {
    /** For whoever speaks WebSocket at a path. */
    upgrades: Upgrades;
  }
}

/** Fastify with types taken from the routes' TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
