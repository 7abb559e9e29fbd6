import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';

export const accountSuspend = defineCommand({
  name: 'account suspend',
  summary: 'Let nobody into an account for a while (for the operator of the server).',
  words: 'ACCOUNT_ID',
  details: `At once its people cannot sign in, its agent keys and sessions are refused, what is open under them
ends, and its schedules start nothing. Jobs that run go on. Nothing is deleted, and muster account
resume undoes it. The account of the operator cannot be suspended.`,
  options: { json },
  async run({ words: [id = ''], values }, { connect, out, err }) {
    const account = await connect().patch(`/api/v1/accounts/${encodeURIComponent(id)}`, {
      status: 'suspended',
    });
    if (values.json) out.json(account.raw);
    err.line(
      `Suspended the account ${account.text('name')}. To let it in again: muster account resume ${account.text('id')}`,
    );
  },
});
