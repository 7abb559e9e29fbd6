import { defineCommand } from '../command.ts';

export const webhookReplay = defineCommand({
  name: 'webhook replay',
  summary: 'Send what a webhook was sent before once more.',
  words: 'WEBHOOK_ID DELIVERY_ID',
  async run({ words: [id = '', deliveryId = ''] }, { connect, out, err }) {
    const path = `/api/v1/webhooks/${encodeURIComponent(id)}/deliveries/${encodeURIComponent(deliveryId)}/replay`;
    const delivery = await connect().post(path, {});
    out.line(delivery.text('id'));
    err.line(err.dim(`It is on its way; see: muster webhook deliveries ${id}`));
  },
});
