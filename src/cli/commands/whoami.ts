import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'Show who is signed in, and where.',
  options: { json },
  async run({ values }, { connect, out }) {
    const client = connect();
    const me = await client.get('/api/v1/auth/me');
    if (values.json) {
      out.json({ url: client.url, ...me.raw });
      return;
    }
    const account = me.object('account');
    const operator = me.isTrue('is_operator') ? ', operator of the server' : '';
    out.line(
      `${me.text('email')}, ${me.text('role')} of ${account.text('name')}${operator}, at ${client.url}`,
    );
  },
});
