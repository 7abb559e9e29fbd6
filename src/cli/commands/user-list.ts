import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const userList = defineCommand({
  name: 'user list',
  summary: 'List the people of your account.',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/users', 'users'), {
      none: 'There is nobody.',
      columns: {
        id: (user) => user.text('id'),
        email: (user) => user.text('email'),
        role: (user) => user.text('role'),
        password: (user) => (user.isTrue('has_password') ? 'set' : 'not set yet'),
        added: (user) => minute(user.text('created_at')),
        name: (user) => user.text('name'),
      },
    });
  },
});
