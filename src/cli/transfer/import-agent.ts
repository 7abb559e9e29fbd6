import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { plural } from '../format.ts';
import { type ExportedDocument, readAgentFile } from './agent-file.ts';

export interface Imported {
  readonly id: string;
  readonly name: string;
  /** What of the file was not carried over, or what was taken instead: a line each. */
  readonly leftOut: readonly string[];
}

export interface ImportOptions {
  /** Go before what the file says. */
  readonly name: string | undefined;
  readonly model: string | undefined;
  /** Of crews. */
  readonly process?: string | undefined;
}

/** What a document's text is uploaded as: markup that is gone from the text would be looked for again under its name. */
const READ_AS_IS = ['text/plain', 'text/markdown', 'application/pdf'];

/** Makes a new agent of an exported one. */
export async function importAgent(
  client: ApiClient,
  file: Fields,
  path: string,
  { name, model }: ImportOptions,
): Promise<Imported> {
  const { agent, documents } = readAgentFile(file, path);
  const { tools, missing } = await knownTools(client, agent.tools);
  const made = await client.post('/api/v1/agents', {
    ...agent,
    ...(tools !== undefined && { tools }),
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
  });
  const id = made.text('id');
  const leftOut = missing.map((tool) => `tools: '${tool}' was not carried over; there is no such tool here`);
  for (const { name: title, mediaType, text } of documents) {
    if (text === undefined) continue;
    await client.post(`/api/v1/agents/${id}/documents`, { name: uploadName(title, mediaType), text });
  }
  const textless = documents.filter(({ text }) => text === undefined);
  if (textless.length > 0) leftOut.push(describeTextless(textless));
  return { id, name: name ?? String(agent.name ?? ''), leftOut };
}

async function knownTools(
  client: ApiClient,
  wanted: unknown,
): Promise<{ tools: readonly unknown[] | undefined; missing: readonly string[] }> {
  if (!Array.isArray(wanted) || wanted.length === 0) return { tools: undefined, missing: [] };
  const known = new Set<unknown>();
  for await (const tool of client.list('/api/v1/tools', 'tools')) known.add(tool.text('name'));
  return {
    tools: wanted.filter((tool) => known.has(tool)),
    missing: wanted.filter((tool) => !known.has(tool)).map(String),
  };
}

function uploadName(name: string, mediaType: string): string {
  return READ_AS_IS.includes(mediaType) ? name : `${name}.txt`;
}

function describeTextless(documents: readonly ExportedDocument[]): string {
  const names = documents.map(({ name }) => name).join(', ');
  const what = plural(documents.length, 'document');
  return `documents: ${what} not carried over, the text is not in the file (export --documents): ${names}`;
}
