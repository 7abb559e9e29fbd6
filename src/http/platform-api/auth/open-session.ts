import { invalid } from '../../../lib/errors.ts';
import { keepSession, requireSameOrigin } from '../../session-cookie.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { placeOf } from './place-of.ts';
import { BrowserSession, SessionBody } from './schema.ts';

export function openSession(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'POST',
    url: '/auth/session',
    config: { role: 'public', duringMaintenance: true },
    schema: {
      summary: 'Sign a browser in',
      description:
        'What the console does: the session is kept in a cookie that scripts cannot read (HttpOnly, SameSite=Strict) and that is renewed while it is used. With `setup_token` the password of a one-time link is set first. Requests with the cookie that change something also need the header `X-Muster-Console: 1`. Programs use `POST /auth/login`.',
      tags: ['Auth'],
      body: SessionBody,
      response: { 200: BrowserSession },
    },
    handler: async (request, reply) => {
      requireSameOrigin(request);
      const { email, setup_token, password } = request.body;
      const { ip, id: requestId } = request;
      if ((email === undefined) === (setup_token === undefined))
        throw invalid('email', 'is required, unless setup_token is sent instead');
      const person =
        setup_token === undefined
          ? email
          : (await accounts.completeSetup(setup_token, password, { ip, requestId })).email;
      const cookie = await accounts.loginWithCookie(person ?? '', password, placeOf(request));
      keepSession(request, reply, cookie);
      return { expires_in: cookie.maxAgeSeconds };
    },
  });
}
