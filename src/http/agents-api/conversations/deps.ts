import type { ResponsesDeps } from '../responses/deps.ts';

export type ConversationsDeps = Pick<ResponsesDeps, 'runs' | 'ids' | 'clock' | 'sealer'>;
