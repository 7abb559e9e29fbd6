import { defineCommand } from '../command.ts';
import { json, readDollars } from '../flags.ts';
import { dollars } from '../format.ts';

export const accountAdd = defineCommand({
  name: 'account add',
  summary: 'Make an account with its owner (for the operator of the server).',
  details: 'Without a password a one-time link is printed, by which the owner sets one within 7 days.',
  options: {
    name: { type: 'string', value: 'NAME', required: true, help: 'How the account is called.' },
    'owner-email': { type: 'string', value: 'EMAIL', required: true, help: 'Who owns it.' },
    'owner-password': { type: 'string', value: 'PASSWORD', help: "The owner's first password." },
    tier: { type: 'string', value: 'TIER', help: 'free, pro or enterprise: how many requests it may make.' },
    credit: { type: 'string', value: 'USD', help: 'What it starts with (MUSTER_STARTING_CREDIT).' },
    json,
  },
  async run({ values }, { connect, out, err }) {
    const account = await connect().post('/api/v1/accounts', {
      name: values.name,
      owner_email: values['owner-email'],
      owner_password: values['owner-password'],
      tier: values.tier,
      credit_usd: readDollars('credit', values.credit),
    });
    if (values.json) {
      out.json(account.raw);
      return;
    }
    const owner = account.object('owner');
    err.line(
      `Made the account ${account.text('name')} (${account.text('id')}), ${account.text('tier')}, with ${dollars(account.number('balance_usd'))}, owned by ${owner.text('email')}.`,
    );
    if (owner.has('setup_url')) {
      err.line("This link sets the owner's password. It works once, for 7 days:");
      out.line(owner.text('setup_url'));
    }
  },
});
