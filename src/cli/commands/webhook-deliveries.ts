import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const webhookDeliveries = defineCommand({
  name: 'webhook deliveries',
  summary: 'List what a webhook was sent, the newest first.',
  words: 'WEBHOOK_ID',
  options: { json },
  async run({ words: [id = ''], values }, cli) {
    const path = `/api/v1/webhooks/${encodeURIComponent(id)}/deliveries`;
    await printList(cli, values.json, cli.connect().list(path, 'deliveries'), {
      none: 'It has been sent nothing yet.',
      columns: {
        id: (delivery) => delivery.text('id'),
        event: (delivery) => delivery.text('event'),
        status: (delivery) => delivery.text('status'),
        attempts: (delivery) => String(delivery.number('attempts')),
        made: (delivery) => minute(delivery.text('created_at')),
      },
    });
  },
});
