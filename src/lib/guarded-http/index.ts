export { assertGuardWorks } from './assert-guard-works.ts';
export { createGuardedHttp } from './create-guarded-http.ts';
export { egressErrors } from './errors.ts';
export { ConnectFailure } from './guarded-connector.ts';
export { createGuardedDispatcher } from './guarded-dispatcher.ts';
export type {
  GuardedDispatcherOptions,
  GuardedHttp,
  GuardedHttpLimits,
  GuardedHttpOptions,
  GuardedMethod,
  GuardedRequest,
  GuardedResponse,
  Resolve,
  ResolvedAddress,
} from './types.ts';
