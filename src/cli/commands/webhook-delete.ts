import { defineCommand } from '../command.ts';

export const webhookDelete = defineCommand({
  name: 'webhook delete',
  summary: 'Delete a webhook with its log.',
  words: 'WEBHOOK_ID',
  async run({ words: [id = ''] }, { connect, err }) {
    await connect().call('DELETE', `/api/v1/webhooks/${encodeURIComponent(id)}`);
    err.line(`Deleted ${id}.`);
  },
});
