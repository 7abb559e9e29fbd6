import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const webhookList = defineCommand({
  name: 'webhook list',
  summary: 'List the webhooks.',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/webhooks', 'webhooks'), {
      none: 'There are no webhooks. Make one: muster webhook create URL --event job.completed',
      columns: {
        id: (webhook) => webhook.text('id'),
        events: (webhook) => webhook.texts('events').join(' '),
        state: (webhook) => (webhook.isTrue('enabled') ? 'on' : 'disabled'),
        'failing since': (webhook) => minute(webhook.textOr('failing_since', '')),
        url: (webhook) => webhook.text('url'),
      },
    });
  },
});
