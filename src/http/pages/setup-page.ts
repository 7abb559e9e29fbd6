import { type Static, Type } from 'typebox';
import type { Accounts } from '../../accounts/index.ts';
import { MusterError } from '../../lib/errors.ts';
import type { App } from '../types.ts';
import { escapeHtml, PAGE_HEADERS, page } from './html.ts';

const SetupForm = Type.Object({ token: Type.String(), password: Type.String() });

/**
 * Where the one-time link of a person without a password leads. A plain form, so that it works before there is a
 * console and without scripts.
 */
export function setupPage(app: App, { accounts }: { accounts: Pick<Accounts, 'completeSetup'> }): void {
  app.get(
    '/setup',
    { schema: { querystring: Type.Object({ token: Type.Optional(Type.String()) }) } },
    (request, reply) =>
      reply.headers(PAGE_HEADERS).send(page('Set your password', form(request.query.token ?? ''))),
  );

  // Forms are read on this route only; the APIs take JSON.
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.post('/setup', { schema: { body: SetupForm }, bodyLimit: 16_384 }, async (request, reply) => {
      // The schema above checked it; this scope's type does not know the schema library.
      const { token, password } = request.body as Static<typeof SetupForm>;
      try {
        const user = await accounts.completeSetup(token, password, { ip: request.ip, requestId: request.id });
        return reply.headers(PAGE_HEADERS).send(page('Password set', done(user.email)));
      } catch (error) {
        if (!(error instanceof MusterError)) throw error;
        return reply
          .code(error.status)
          .headers(PAGE_HEADERS)
          .send(page('Set your password', form(token, error.message)));
      }
    });
  });
}

function form(token: string, error?: string): string {
  return `<h1>Set your password</h1>
${error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`}
<form method="post" action="/setup">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<label for="password">Password, 10 characters or more</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="10" maxlength="256" required autofocus>
<br><button type="submit">Set password</button>
</form>`;
}

function done(email: string): string {
  return `<h1>Your password is set</h1>
<p>You sign in as <strong>${escapeHtml(email)}</strong>.</p>
<pre>curl /api/v1/auth/login -H 'content-type: application/json' \\
  -d '{"email": "${escapeHtml(email)}", "password": "…"}'</pre>
<p><a href="/">What is here</a></p>`;
}
