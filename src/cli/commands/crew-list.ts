import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const crewList = defineCommand({
  name: 'crew list',
  summary: 'List the crews, the newest first.',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/crews', 'crews'), {
      none: 'There are no crews. Make one: muster crew create --file FILE, or muster import FOLDER',
      columns: {
        id: (crew) => crew.text('id'),
        status: (crew) => crew.text('status'),
        agents: (crew) => String(crew.number('agents_count')),
        created: (crew) => minute(crew.text('created_at')),
        name: (crew) => crew.text('name'),
      },
    });
  },
});
