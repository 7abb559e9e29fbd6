import { createHash, type Hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { MAX_FILE_BYTES } from '../knowledge/index.ts';
import { invalid, MusterError } from '../lib/errors.ts';

export const MAX_FILES = 100;

export interface UploadedFile {
  readonly name: string;
  readonly mediaType: string;
  /** Undefined when the file is larger than is taken; then the rest of it was thrown away. */
  readonly bytes: Buffer | undefined;
}

/** The files of a multipart request one after the other, so that only one of them is in memory. */
export async function* readFiles(request: FastifyRequest): AsyncGenerator<UploadedFile> {
  const limits = {
    fileSize: MAX_FILE_BYTES,
    files: MAX_FILES,
    fields: 20,
    fieldSize: 1_000,
    parts: MAX_FILES + 20,
  };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        throw invalid(part.fieldname, 'is not a file; send each file as a part with a filename');
      }
      const { filename: name, mimetype: mediaType } = part;
      const hash = createHash('sha256');
      const chunks: Buffer[] = [];
      for await (const chunk of part.file) {
        hash.update(chunk);
        chunks.push(chunk);
      }
      note(request, [part.fieldname, name, mediaType, part.file.truncated, hash.digest('hex')]);
      yield { name, mediaType, bytes: part.file.truncated ? undefined : Buffer.concat(chunks) };
    }
  } catch (error) {
    throw isNamedError(error) ? error : invalid('body', 'is not well-formed multipart/form-data');
  }
}

const digests = new WeakMap<FastifyRequest, Hash>();

function note(request: FastifyRequest, file: readonly (string | boolean)[]): void {
  const digest = digests.get(request) ?? createHash('sha256');
  digests.set(request, digest.update(`${JSON.stringify(file)}\n`));
}

/** Equal for forms that sent the same files under the same names. Of what has been read of it until now. */
export function digestOfFiles(request: FastifyRequest): string | undefined {
  return digests.get(request)?.copy().digest('base64url');
}

/** The same of a form that nobody has read yet: its files are thrown away. */
export async function readDigest(request: FastifyRequest): Promise<string | undefined> {
  for await (const _file of readFiles(request));
  return digestOfFiles(request);
}

/** The parser's complaints about the form of the body are plain errors. */
function isNamedError(error: unknown): boolean {
  return error instanceof MusterError || (error instanceof Error && 'statusCode' in error);
}
