import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { readPassword } from '../prompt.ts';

export const userAdd = defineCommand({
  name: 'user add',
  summary: 'Add a person to your account.',
  details: `Without a password a one-time link is printed, by which the person sets one within 7 days.
Roles: viewer reads and chats, editor changes agents, admin manages people and keys, owner has the money.`,
  options: {
    email: { type: 'string', value: 'EMAIL', required: true, help: 'By which the person signs in.' },
    role: { type: 'string', value: 'ROLE', required: true, help: 'viewer, editor, admin or owner.' },
    name: { type: 'string', value: 'NAME', help: 'How the person is called.' },
    'password-stdin': { type: 'boolean', help: 'Read the first password from standard input.' },
    json,
  },
  async run({ values }, cli) {
    const { email, role, name } = values;
    const password = values['password-stdin'] ? await readPassword(cli) : undefined;
    const user = await cli.connect().post('/api/v1/users', { email, role, name, password });
    if (values.json) {
      cli.out.json(user.raw);
      return;
    }
    cli.err.line(`Added ${user.text('email')} as ${user.text('role')} (${user.text('id')}).`);
    if (user.has('setup_url')) {
      cli.err.line('This link sets the password. It works once, for 7 days:');
      cli.out.line(user.text('setup_url'));
    }
  },
});
