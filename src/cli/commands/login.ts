import { createApiClient } from '../client/api-client.ts';
import { credentialsPath, saveCredentials } from '../client/credentials.ts';
import { DEFAULT_URL, isUnprotected, parseServerUrl } from '../client/server-url.ts';
import { fixedSession, readTokens } from '../client/session.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed, Refused, UsageError } from '../failures.ts';
import { ask, askHidden, canAsk, readPassword } from '../prompt.ts';

export const login = defineCommand({
  name: 'login',
  summary: 'Sign in to a server; later commands use it.',
  details: `Asks for what is not given; the password is not shown. The session is kept in
~/.config/muster/credentials.json (under XDG_CONFIG_HOME if set), readable by you only, and renewed by itself.
On a new server the password is first set in a browser, by the link that the server shows when it starts.`,
  options: {
    url: { type: 'string', value: 'URL', help: `The server (MUSTER_URL; ${DEFAULT_URL}).` },
    email: { type: 'string', value: 'EMAIL', help: 'Who signs in.' },
    'password-stdin': { type: 'boolean', help: 'Read the password from standard input.' },
  },
  async run({ values }, cli) {
    const { env, clock, out, err } = cli;
    const url = parseServerUrl(
      values.url ?? (env.MUSTER_URL || DEFAULT_URL),
      values.url === undefined ? 'MUSTER_URL' : '--url',
    );
    const isTyped = !values['password-stdin'];
    if ((isTyped || values.email === undefined) && !canAsk(cli)) {
      throw new UsageError('Nobody is there to be asked. Give --email EMAIL and --password-stdin.');
    }
    if (isUnprotected(url)) {
      err.line(`Careful: ${url} is not encrypted; your password can be read on the way there.`);
    }
    const email = values.email ?? (await ask(cli, 'Email: '));
    const password = isTyped ? await askHidden(cli, 'Password: ') : await readPassword(cli);
    const visitor = createApiClient(fixedSession(url));
    const tokens = await visitor.post('/api/v1/auth/login', { email, password }).catch((error: unknown) => {
      throw error instanceof Refused && error.code === 'invalid_credentials' ? withWayOut(error) : error;
    });
    const credentials = readTokens({ url, email }, tokens, clock.now());
    saveCredentials(env, credentials);
    const me = await createApiClient(fixedSession(url, credentials.accessToken)).get('/api/v1/auth/me');
    out.line(
      `Signed in at ${url} as ${me.text('email')}, ${me.text('role')} of ${me.object('account').text('name')}.`,
    );
    err.line(err.dim(`The session is kept in ${credentialsPath(env)}.`));
    if (env.MUSTER_TOKEN) err.line('MUSTER_TOKEN is set and goes before this session.');
  },
});

/** Who comes here first may not have a password yet. */
function withWayOut({ message }: Refused): CommandFailed {
  return new CommandFailed(`${message}
Was it never set? The first owner (owner@localhost, unless MUSTER_OWNER_EMAIL says otherwise) sets it in a browser, by the
link that the server shows when it starts; each start shows a new one until it is set. Others get a link from an admin:
Settings, People.`);
}
