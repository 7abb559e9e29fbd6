export type { GuardedHttp, GuardedMethod, GuardedRequest, GuardedResponse } from './types.ts';
