import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars, minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const accountList = defineCommand({
  name: 'account list',
  summary: 'List the accounts of the server (for its operator).',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/accounts', 'accounts'), {
      none: 'There are none.',
      columns: {
        id: (account) => account.text('id'),
        tier: (account) => account.text('tier'),
        status: (account) => account.text('status'),
        balance: (account) => dollars(account.number('balance_usd')),
        made: (account) => minute(account.text('created_at')),
        name: (account) => account.text('name'),
      },
    });
  },
});
