import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/index.ts';
import type { App } from './types.ts';

/** As long as a revocation by a process that cannot be heard may stay unseen anyway. */
const TRUSTED_MS = 1_000;

type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** To be called before the credential is looked at: from then on its end counts. */
export function noteAdmission(request: FastifyRequest, accounts: Pick<Accounts, 'countEndings'>): void {
  request.endingsAtAdmission = accounts.countEndings();
  request.admittedAt = performance.now();
}

/**
 * Looks at a request's credential again once its body is there, when one may have ended since its headers came: nobody
 * holds a door open by sending slowly. Costs nothing while no credential has ended.
 */
export function recheckPrincipals(
  app: App,
  accounts: Pick<Accounts, 'countEndings'>,
  authenticate: Authenticate,
): void {
  app.addHook('preHandler', (request, reply, done) => {
    const isTrusted =
      request.endingsAtAdmission === accounts.countEndings() &&
      performance.now() - request.admittedAt < TRUSTED_MS;
    if (isTrusted || !request.principal) {
      done();
      return;
    }
    authenticate(request, reply).then(
      () => done(),
      (error: Error) => done(error),
    );
  });
}
