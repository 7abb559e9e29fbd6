export { createIdempotency, type Idempotency } from './create-idempotency.ts';
export { idempotencyErrors } from './errors.ts';
export type { Claim, KeptReply } from './types.ts';
