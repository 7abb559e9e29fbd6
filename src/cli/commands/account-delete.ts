import { isSameName } from '../../lib/is-same-name.ts';
import type { ApiClient } from '../client/api-client.ts';
import { forgetCredentials } from '../client/credentials.ts';
import { type Cli, defineCommand } from '../command.ts';
import { quoted } from '../command-line.ts';
import { CommandFailed, UsageError } from '../failures.ts';
import { ask, canAsk } from '../prompt.ts';

export const accountDelete = defineCommand({
  name: 'account delete',
  summary: 'Delete your account with all that it holds, for good.',
  words: '[ACCOUNT_ID]',
  details: `Only its owner may. Everybody in it is signed out, its keys and jobs end, and what it holds is
erased, its sandbox included. You are asked for its name; scripts give that with --confirm. The operator
of the server deletes another account by its id. Keep a copy first: muster account export.`,
  options: {
    confirm: { type: 'string', value: 'NAME', help: 'The name of the account, instead of typing it.' },
  },
  async run({ words: [id], values }, cli) {
    const client = cli.connect();
    const name = await nameOf(client, id);
    const confirm = values.confirm ?? (await askForName(cli, name));
    if (!isSameName(confirm, name)) {
      throw new CommandFailed(`Nothing was deleted: the account is called ${name}, not '${confirm}'.`);
    }
    const path = id === undefined ? '/api/v1/account' : `/api/v1/accounts/${encodeURIComponent(id)}`;
    await client.call('DELETE', path, { body: { confirm } });
    cli.err.line(`Deleted the account ${name}.`);
    // Its session is gone.
    if (id === undefined && cli.env.MUSTER_TOKEN === undefined) forgetCredentials(cli.env);
  },
});

async function nameOf(client: ApiClient, id: string | undefined): Promise<string> {
  if (id === undefined) return (await client.get('/api/v1/auth/me')).object('account').text('name');
  return (await client.get(`/api/v1/accounts/${encodeURIComponent(id)}`)).text('name');
}

async function askForName(cli: Cli, name: string): Promise<string> {
  if (!canAsk(cli))
    throw new UsageError(
      `Nothing was deleted. This deletes the account ${name} with all that it holds, for good; where nobody can be asked, say so with its name: --confirm ${quoted(name)}`,
    );
  return ask(cli, `This deletes the account ${name} with all that it holds, for good. Type its name: `);
}
