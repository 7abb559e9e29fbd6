import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars } from '../format.ts';

export const balance = defineCommand({
  name: 'balance',
  summary: 'Show the credit of your account.',
  options: { json },
  async run({ values }, { connect, out, err }) {
    const billing = await connect().get('/api/v1/billing');
    if (values.json) {
      out.json(billing.raw);
      return;
    }
    out.line(dollars(billing.number('balance_usd')));
    const held = billing.number('held_usd');
    if (held > 0) err.line(err.dim(`${dollars(held)} of it is set aside for calls under way.`));
  },
});
