import { defineCommand } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { json } from '../flags.ts';

export const webhookTest = defineCommand({
  name: 'webhook test',
  summary: 'Send a webhook an event and say how it answered.',
  words: 'WEBHOOK_ID',
  details: 'The exit code is 0 when it was delivered, else 1.',
  options: { json },
  async run({ words: [id = ''], values }, { connect, out }) {
    const delivery = await connect().post(`/api/v1/webhooks/${encodeURIComponent(id)}/test`, {});
    const status = delivery.text('status');
    if (values.json) out.json(delivery.raw);
    else out.line(status);
    if (status !== 'delivered') throw new CommandFailed(`${id} did not take it: ${status}.`);
  },
});
