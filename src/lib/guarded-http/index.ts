export { assertGuardWorks } from './assert-guard-works.ts';
export { createGuardedFetch, type GuardedFetch } from './create-guarded-fetch.ts';
export { createGuardedHttp } from './create-guarded-http.ts';
export { egressErrors } from './errors.ts';
export { ConnectFailure } from './guarded-connector.ts';
export { createGuardedDispatcher } from './guarded-dispatcher.ts';
export type {
  GuardedHttp,
  GuardedHttpLimits,
  GuardedMethod,
  GuardedRequest,
  GuardedResponse,
  ResolvedAddress,
} from './types.ts';
export { vetForLater } from './vet-for-later.ts';
export { whyRefused } from './why-refused.ts';
