export { type Admission, type AdmissionBounds, createAdmission, type HeldBody } from './create-admission.ts';
export {
  createLimits,
  type JobBound,
  type LimitedKey,
  type Limits,
  refusal,
  type Standing,
} from './create-limits.ts';
export { limitErrors } from './errors.ts';
export { createLoopDelay } from './loop-delay.ts';
export { createMemoryLimiter } from './memory-limiter.ts';
export { createSharedLimiter } from './shared-limiter.ts';
export type { RequestLimiter } from './types.ts';
