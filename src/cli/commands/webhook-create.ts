import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';

export const webhookCreate = defineCommand({
  name: 'webhook create',
  summary: 'Have an address told of events, and print the secret that it checks them by.',
  words: 'URL',
  details: 'The secret is shown this once. It alone goes to standard output.',
  options: {
    event: {
      type: 'string',
      value: 'EVENT',
      multiple: true,
      required: true,
      help: 'What it is told of, such as job.completed.',
    },
    description: { type: 'string', value: 'TEXT', help: 'What it is for.' },
    json,
  },
  async run({ words: [url = ''], values }, { connect, out, err }) {
    const webhook = await connect().post('/api/v1/webhooks', {
      url,
      events: values.event,
      description: values.description,
    });
    if (values.json) {
      out.json(webhook.raw);
      return;
    }
    out.line(webhook.text('secret'));
    err.line(err.dim(`${webhook.text('id')}. The secret is shown this once.`));
  },
});
