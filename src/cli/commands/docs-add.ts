import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import { Fields } from '../client/fields.ts';
import { findAgentId } from '../client/find-named.ts';
import { type Cli, defineCommand } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { json } from '../flags.ts';
import { plural } from '../format.ts';
import { findSources, type Source } from './docs-sources.ts';

const UPLOAD_TIMEOUT_MS = 10 * 60_000;
/** Reading a document takes seconds; a long queue before it some minutes. */
const SETTLE_TIMEOUT_MS = 30 * 60_000;
const POLL_MS = { first: 200, most: 3_000 } as const;

export const docsAdd = defineCommand({
  name: 'docs add',
  summary: 'Give an agent documents and wait until they are read.',
  words: 'AGENT SOURCE…',
  details: `A source is a file, a folder (with all that can be read in it and below it) or an http(s) address, which the
server fetches. PDF, DOCX, HTML, Markdown, text, CSV and JSON, up to 20 MB each. What the agent has already is not added
again. What is left out of a folder is listed with the reason. The exit code is 1 when something could not be taken or
read.`,
  options: {
    'no-wait': { type: 'boolean', help: 'Do not wait until they are read.' },
    json,
  },
  async run({ words: [given = '', ...named], values }, cli) {
    const { sources, skipped } = findSources(named);
    for (const { path, why } of skipped) cli.err.line(cli.err.dim(`skipped  ${path}: ${why}`));
    const client = cli.connect();
    const agentId = await findAgentId(client, given);
    const added = new Map<string, Fields>();
    let failures = 0;
    for (const source of sources) {
      try {
        const document = await send(client, agentId, source);
        added.set(document.text('id'), document);
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        failures += 1;
        cli.err.line(`${source.kind === 'url' ? source.url : source.path}: ${error.message}`);
      }
    }
    const documents = values['no-wait'] ? added : await settle(cli, client, agentId, added);
    failures += [...documents.values()].filter((document) => document.text('status') === 'failed').length;
    if (values.json) cli.out.json([...documents.values()].map(({ raw }) => raw));
    else for (const document of documents.values()) cli.out.line(verdict(document));
    if (failures > 0) {
      throw new CommandFailed(`${plural(failures, 'document')} of ${sources.length} could not be added.`);
    }
  },
});

async function send(client: ApiClient, agentId: string, source: Source): Promise<Fields> {
  const response = await client.open('POST', `/api/v1/agents/${agentId}/documents`, {
    body: source.kind === 'url' ? { url: source.url } : await formOf(source),
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  const [document] = new Fields(await response.json()).list('documents');
  if (!document) throw new CommandFailed('The server did not say what became of it.');
  return document;
}

async function formOf({ path, name }: Extract<Source, { kind: 'file' }>): Promise<FormData> {
  const form = new FormData();
  form.append('file', await openAsBlob(path), name);
  return form;
}

/** Tells each change of status on the way; resolves to the documents as they are in the end. */
async function settle(
  { err, clock }: Cli,
  client: ApiClient,
  agentId: string,
  added: ReadonlyMap<string, Fields>,
): Promise<ReadonlyMap<string, Fields>> {
  const found = new Map(added);
  const open = () => [...found.values()].filter((document) => !isSettled(document));
  const deadline = clock.now() + SETTLE_TIMEOUT_MS;
  for (let pause: number = POLL_MS.first; open().length > 0; pause = Math.min(pause * 1.5, POLL_MS.most)) {
    if (clock.now() > deadline) {
      throw new CommandFailed('The documents are still being read. Later: muster docs list');
    }
    await delay(pause);
    const missing = new Set(open().map((document) => document.text('id')));
    // The newest come first, so that this is one page as a rule.
    for await (const document of client.list(`/api/v1/agents/${agentId}/documents`, 'documents')) {
      const id = document.text('id');
      if (!missing.delete(id)) continue;
      const status = document.text('status');
      if (found.get(id)?.text('status') !== status && !isSettled(document)) {
        err.line(err.dim(`${status}  ${document.text('name')}`));
      }
      found.set(id, document);
      if (missing.size === 0) break;
    }
    // Whoever deleted them meanwhile does not wait for them.
    for (const id of missing) found.delete(id);
  }
  return found;
}

function isSettled(document: Fields): boolean {
  return ['ready', 'failed'].includes(document.text('status'));
}

function verdict(document: Fields): string {
  const status = document.text('status');
  const name = document.text('name');
  if (status === 'failed') return `failed  ${name}: ${document.textOr('error', 'no reason is known')}`;
  if (status === 'ready') return `ready  ${name} (${plural(document.number('chunk_count'), 'passage')})`;
  return `${status}  ${name}`;
}
