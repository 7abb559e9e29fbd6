import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';

export const accountResume = defineCommand({
  name: 'account resume',
  summary: 'Let a suspended account in again (for the operator of the server).',
  words: 'ACCOUNT_ID',
  details: `Its agent keys and sessions work again, as far as they have not ended by themselves. A schedule that came
due meanwhile starts once, if it was missed by no more than an hour (MUSTER_SCHEDULE_CATCH_UP_MINUTES).`,
  options: { json },
  async run({ words: [id = ''], values }, { connect, out, err }) {
    const account = await connect().patch(`/api/v1/accounts/${encodeURIComponent(id)}`, { status: 'active' });
    if (values.json) out.json(account.raw);
    err.line(`The account ${account.text('name')} is active.`);
  },
});
