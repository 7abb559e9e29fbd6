import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The uploaded files, each under its document's id; no name of a user's ever becomes part of a path. */
export interface UploadFiles {
  /** Resolves once the file is on disk whole, to survive a power cut. */
  save(documentId: string, bytes: Uint8Array): Promise<void>;
  /** Undefined when there is none. */
  read(documentId: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The same, piece by piece; throws when there is none, or it goes meanwhile. */
  pieces(documentId: string): AsyncIterable<Uint8Array>;
  /** In bytes; undefined when there is none. */
  size(documentId: string): Promise<number | undefined>;
  remove(documentId: string): Promise<void>;
  /** Ids of all documents that have a file, be it unfinished. */
  list(): Promise<readonly string[]>;
}

const DOCUMENT_ID = /^doc_[0-9A-Za-z]{1,64}$/;
const UNFINISHED = '.part';

/** Keeps them in `folder`, which it makes at need, readable by the server's user only. */
export function createUploadFiles(folder: string): UploadFiles {
  const pathOf = (documentId: string): string => {
    if (!DOCUMENT_ID.test(documentId)) throw new Error('Not a document id');
    return join(folder, documentId);
  };
  return {
    async save(documentId, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(documentId);
      await writeAndSync(path + UNFINISHED, bytes);
      await rename(path + UNFINISHED, path);
      await syncFolder(folder);
    },
    async read(documentId) {
      const buffer = await readFile(pathOf(documentId)).catch(undefinedIfMissing);
      // A copy in a buffer of its own, that can be handed to another thread.
      return buffer && new Uint8Array(buffer);
    },
    async *pieces(documentId) {
      const handle = await open(pathOf(documentId));
      yield* handle.createReadStream();
    },
    size: async (documentId) => (await stat(pathOf(documentId)).catch(undefinedIfMissing))?.size,
    async remove(documentId) {
      const path = pathOf(documentId);
      await Promise.all([rm(path, { force: true }), rm(path + UNFINISHED, { force: true })]);
    },
    async list() {
      const names = (await readdir(folder).catch(undefinedIfMissing)) ?? [];
      const ids = names.map((name) => (name.endsWith(UNFINISHED) ? name.slice(0, -UNFINISHED.length) : name));
      return [...new Set(ids.filter((id) => DOCUMENT_ID.test(id)))];
    },
  };
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is durable only once its folder is flushed. Windows has no such thing and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
