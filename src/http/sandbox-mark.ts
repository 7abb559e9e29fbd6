import type { FastifyReply } from 'fastify';
import { isSandboxAccount } from '../accounts/index.ts';

export const SANDBOX_HEADER = 'x-muster-sandbox';

/** Says on the reply that it comes from a sandbox. */
export function markSandbox(reply: FastifyReply, accountId: string): void {
  if (isSandboxAccount(accountId)) reply.header(SANDBOX_HEADER, 'true');
}
