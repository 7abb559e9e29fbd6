import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { type DocumentSummary, knowledgeErrors, MAX_FILE_BYTES } from '../../../knowledge/index.ts';
import { invalid, MusterError } from '../../../lib/errors.ts';
import { requireUser } from '../../principal.ts';
import { MAX_FILES, readFiles } from '../../read-files.ts';
import type { App } from '../../types.ts';
import { findAgent } from '../agents/find-agent.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentParams, CreatedDocuments, DocumentBody, toDocument } from './schema.ts';

/** For text inside JSON, where a character may take six bytes. */
const JSON_BODY_LIMIT = 32 * 1024 * 1024;

interface Target {
  readonly accountId: string;
  readonly agentId: string;
}

export function addDocuments(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/documents',
    bodyLimit: JSON_BODY_LIMIT,
    config: { role: 'editor', find: findAgent(deps) },
    schema: {
      summary: 'Give an agent documents',
      description: `Files as multipart/form-data (up to ${MAX_FILES} of ${MAX_FILE_BYTES / 1024 / 1024} MB), or a text or an address as JSON (name and text, or url). They are fetched and read in the background: status goes from queued over indexing to ready or failed. Of several files those that cannot be taken are named in \`errors\`.`,
      tags: ['Documents'],
      params: AgentParams,
      consumes: ['multipart/form-data', 'application/json'],
      body: {
        content: {
          'application/json': { schema: DocumentBody },
          'multipart/form-data': { schema: Type.Unknown() },
        },
      },
      response: { 201: CreatedDocuments },
    },
    handler: async (request, reply) => {
      const target = { accountId: requireUser(request).accountId, agentId: request.params.id };
      if (request.isMultipart()) return reply.code(201).send(await addFiles(deps.knowledge, target, request));
      // The schema of application/json, the only other type that is read, has checked it.
      const body = request.body as Static<typeof DocumentBody> | undefined;
      if (body === undefined)
        throw invalid('body', 'must have a name and a text, or a url, or be multipart/form-data');
      const document = await deps.knowledge.addDocument(target.accountId, target.agentId, toGiven(body));
      return reply.code(201).send(toReply([document], []));
    },
  });
}

/** A document comes as its text or as its address. */
function toGiven({ name, text, url }: Static<typeof DocumentBody>) {
  if (url !== undefined) {
    if (text !== undefined) throw invalid('text', 'does not go with url: send one of them');
    return { url, name };
  }
  if (name === undefined) throw invalid('name', 'is required');
  if (text === undefined) throw invalid('text', 'is required, unless a url is given');
  return { name, text };
}

/** A file that cannot be taken does not keep the others out; when none can, its error is the reply's. */
async function addFiles(
  knowledge: PlatformApiDeps['knowledge'],
  { accountId, agentId }: Target,
  request: FastifyRequest,
): Promise<Static<typeof CreatedDocuments>> {
  const added: DocumentSummary[] = [];
  const refused: { name: string; error: MusterError }[] = [];
  for await (const { name, mediaType, bytes } of readFiles(request)) {
    try {
      if (bytes === undefined) throw tooLarge(name);
      added.push(await knowledge.addDocument(accountId, agentId, { name, mediaType, bytes }));
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      refused.push({ name, error });
    }
  }
  const [first] = refused;
  if (added.length > 0) return toReply(added, refused);
  throw first?.error ?? invalid('file', 'is required: send at least one file as a part with a filename');
}

function tooLarge(name: string): MusterError {
  const megabytes = MAX_FILE_BYTES / 1024 / 1024;
  return knowledgeErrors.document_too_large(`'${name}' is larger than ${megabytes} MB. Split it.`, {
    field: 'file',
    reason: `larger than ${megabytes} MB`,
  });
}

function toReply(
  added: readonly DocumentSummary[],
  refused: readonly { readonly name: string; readonly error: MusterError }[],
): Static<typeof CreatedDocuments> {
  const documents = added.map(toDocument);
  const [only] = documents;
  const errors = refused.map(({ name, error }) => ({ name, code: error.code, message: error.message }));
  const alone = only && documents.length === 1 ? { id: only.id, name: only.name, status: only.status } : {};
  return { ...alone, documents, ...(errors.length > 0 && { errors }) };
}
