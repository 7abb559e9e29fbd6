import { createApiClient } from '../client/api-client.ts';
import { forgetCredentials, loadCredentials } from '../client/credentials.ts';
import { storedSession } from '../client/session.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed } from '../failures.ts';

export const logout = defineCommand({
  name: 'logout',
  summary: 'Sign out; the stored session ends on the server too.',
  async run(_invocation, { env, clock, out }) {
    const stored = loadCredentials(env);
    if (!stored) {
      out.line('You were not signed in.');
      return;
    }
    try {
      await createApiClient(storedSession(env, clock)).call('POST', '/api/v1/auth/logout');
    } catch (error) {
      forgetCredentials(env);
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandFailed(`Signed out here, but the server could not be told: ${reason}`);
    }
    forgetCredentials(env);
    out.line(`Signed out at ${stored.url}.`);
  },
});
