import type { FastifyRequest } from 'fastify';
import { MAX_FILE_BYTES } from '../../../knowledge/index.ts';
import { invalid, MusterError } from '../../../lib/errors.ts';

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
      const chunks: Buffer[] = [];
      for await (const chunk of part.file) chunks.push(chunk);
      const { filename: name, mimetype: mediaType } = part;
      yield { name, mediaType, bytes: part.file.truncated ? undefined : Buffer.concat(chunks) };
    }
  } catch (error) {
    throw isNamedError(error) ? error : invalid('body', 'is not well-formed multipart/form-data');
  }
}

/** The parser's complaints about the form of the body are plain errors. */
function isNamedError(error: unknown): boolean {
  return error instanceof MusterError || (error instanceof Error && 'statusCode' in error);
}
