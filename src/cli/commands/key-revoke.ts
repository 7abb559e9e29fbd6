import { defineCommand } from '../command.ts';

export const keyRevoke = defineCommand({
  name: 'key revoke',
  summary: 'Revoke an agent key, for good and at once.',
  words: 'KEY_ID',
  async run({ words: [id = ''] }, { connect, err }) {
    await connect().call('DELETE', `/api/v1/agent-keys/${encodeURIComponent(id)}`);
    err.line(`Revoked ${id}.`);
  },
});
