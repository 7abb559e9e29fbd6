import type { Fields } from '../client/fields.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars, minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const keyList = defineCommand({
  name: 'key list',
  summary: 'List the agent keys.',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/agent-keys', 'keys'), {
      none: 'There are no keys. Make one: muster key create --name NAME',
      columns: {
        id: (key) => key.text('id'),
        key: (key) => `${key.text('prefix')}…${key.text('last4')}`,
        agents: (key) => (key.has('agent_ids') ? String(key.texts('agent_ids').length) : 'all'),
        'left today': (key) => left(key, 'daily'),
        'left this month': (key) => left(key, 'monthly'),
        expires: (key) => minute(key.textOr('expires_at', '')),
        used: (key) => minute(key.textOr('last_used_at', '')),
        state: (key) => (key.isTrue('disabled') ? 'disabled' : 'on'),
        name: (key) => key.text('name'),
      },
    });
  },
});

function left(key: Fields, period: 'daily' | 'monthly'): string {
  if (!key.has(`${period}_limit_usd`)) return '-';
  return `${dollars(key.number(`${period}_left_usd`))} of ${dollars(key.number(`${period}_limit_usd`))}`;
}
