import { isoTime } from '../../lib/clock.ts';
import type { ApiClient } from '../client/api-client.ts';
import { AGENT_FORMAT, AGENT_FORMAT_VERSION, portableConfig } from './agent-file.ts';

/** An agent's file, with the texts of its documents if wanted. */
export async function exportAgent(
  client: ApiClient,
  id: string,
  { withTexts, now }: { readonly withTexts: boolean; readonly now: number },
): Promise<unknown> {
  const agent = await client.get(`/api/v1/agents/${id}`);
  const documents: unknown[] = [];
  for await (const document of client.list(`/api/v1/agents/${id}/documents`, 'documents')) {
    const whole =
      withTexts && document.text('status') === 'ready'
        ? await client.get(`/api/v1/agents/${id}/documents/${document.text('id')}`)
        : undefined;
    documents.push({
      name: document.text('name'),
      media_type: document.text('media_type'),
      size_bytes: document.number('size_bytes'),
      ...(whole && { text: whole.text('text') }),
    });
  }
  return {
    format: AGENT_FORMAT,
    version: AGENT_FORMAT_VERSION,
    exported_at: isoTime(now),
    source: { id: agent.text('id'), version: agent.number('version') },
    agent: portableConfig(agent),
    documents: documents.reverse(),
  };
}
