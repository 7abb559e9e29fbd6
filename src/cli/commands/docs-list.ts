import { findAgentId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { bytes, count, minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const docsList = defineCommand({
  name: 'docs list',
  summary: "List an agent's documents, the newest first.",
  words: 'AGENT',
  options: { json },
  async run({ words: [given = ''], values }, cli) {
    const client = cli.connect();
    const id = await findAgentId(client, given);
    await printList(cli, values.json, client.list(`/api/v1/agents/${id}/documents`, 'documents'), {
      none: 'It has no documents. Add some: muster docs add AGENT FILE…',
      columns: {
        id: (document) => document.text('id'),
        status: (document) => document.text('status'),
        size: (document) => bytes(document.number('size_bytes')),
        passages: (document) => count(document.number('chunk_count')),
        added: (document) => minute(document.text('created_at')),
        name: (document) =>
          document.has('error')
            ? `${document.text('name')}: ${document.text('error')}`
            : document.text('name'),
      },
    });
  },
});
