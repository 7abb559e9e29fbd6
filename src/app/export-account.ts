import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { formatUsd } from '../billing/index.ts';
import {
  type Database,
  EXPORTED_TABLES,
  type ExportedTable,
  exportLines,
  exportRows,
  type Snapshot,
  SnapshotOver,
} from '../db/index.ts';
import { auditNdjson } from '../http/platform-api/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import { type Clock, isoTime } from '../lib/clock.ts';

/** A file of the archive is at most about this long, as it has to be whole before it is packed. */
const PART_CHARS = 4_000_000;
const PIECE_BYTES = 65_536;
/** A moment that is read costs the database more the longer it is kept, and who downloads may be slow. */
const SNAPSHOT_MS = 2 * 60_000;
const ENDING = /\.[A-Za-z0-9]{1,8}$/;

const NOT_OF_ONE_MOMENT = `Reading the rows took longer than the database keeps a moment for it (${SNAPSHOT_MS / 60_000} minutes, or less
while very much is written). The last of them are as they were when they were read: they may name rows that are not in
these files, or that have changed since. A faster connection, or a quieter hour, gives an export of one moment.
`;

interface ExportRooms {
  readonly db: Pick<Database, 'build' | 'scan' | 'snapshot'>;
  readonly clock: Clock;
  readonly accounts: Pick<Accounts, 'getAccount'>;
  readonly audit: Pick<Audit, 'export' | 'checkpoint'>;
  readonly knowledge: Pick<Knowledge, 'readContent'>;
}

interface Pieces {
  readonly sizeBytes: number;
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

interface ExportedFile {
  readonly name: string;
  readonly body: string | Pieces;
}

/**
 * Everything that an account has, as the pieces of a tar, made as they are asked for: however much it is, some megabytes
 * of it are in memory, or one row that is larger. No secret is in it. All rows are of one moment; where they take longer than
 * a snapshot lasts, the last ones are as they are found, and a file in it says so. Uploaded files are as they are found.
 */
export function createAccountExporter(
  rooms: ExportRooms,
): (accountId: string) => AsyncGenerator<Uint8Array, void> {
  const { db, clock, accounts } = rooms;

  return async function* (accountId) {
    const snapshot = await db.snapshot(SNAPSHOT_MS);
    try {
      const moment = readAt(snapshot, db);
      const account = await accounts.getAccount(accountId, moment);
      yield* await archiveOf(filesOf(rooms, account, moment), accountId, new Date(clock.now()));
    } finally {
      await snapshot.close();
    }
  };
}

async function archiveOf(
  files: AsyncIterable<ExportedFile>,
  accountId: string,
  mtime: Date,
): Promise<AsyncIterable<Uint8Array>> {
  const { createTarPacker } = await import('modern-tar');
  const { readable, controller } = createTarPacker();
  const pack = async (): Promise<void> => {
    for await (const { name, body } of files) {
      const { sizeBytes, pieces } = typeof body === 'string' ? cut(Buffer.from(body)) : body;
      const header = { name: `${accountId}/${name}`, size: sizeBytes, mtime, mode: 0o600 };
      const entry = controller.add(header).getWriter();
      // It waits here until there is somebody to take more.
      for await (const piece of pieces) await entry.write(piece);
      await entry.close();
    }
    controller.finalize();
  };
  // What goes wrong with it is told by what is read of it, unless nobody reads any more.
  void pack().catch((error: unknown) => controller.error(error));
  return readable;
}

/** What is read for an export. */
interface Moment extends Pick<Database, 'build' | 'scan'> {
  /** Whether some of it has been read as it was found, since the snapshot had ended. */
  readonly isOver: boolean;
}

function readAt(snapshot: Snapshot, db: Pick<Database, 'build' | 'scan'>): Moment {
  let isOver = false;
  return {
    build: db.build,
    get isOver() {
      return isOver;
    },
    async scan(query) {
      try {
        if (!isOver) return await snapshot.scan(query);
      } catch (error) {
        if (!(error instanceof SnapshotOver)) throw error;
        isOver = true;
      }
      return db.scan(query);
    },
  };
}

function cut(bytes: Uint8Array): Pieces {
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  const pieces = Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES),
  );
  return { sizeBytes: bytes.length, pieces };
}

async function* filesOf(rooms: ExportRooms, account: Account, moment: Moment): AsyncGenerator<ExportedFile> {
  const { clock, audit } = rooms;
  const { id: accountId, name, tier, limits, status, balanceNanoUsd, heldNanoUsd, createdAt } = account;
  const facts = {
    ...texts({ id: accountId, name, tier, limits: limits ?? null, status }),
    ...{ balance_usd: formatUsd(balanceNanoUsd), held_usd: formatUsd(heldNanoUsd) },
    ...texts({ created_at: isoTime(createdAt), exported_at: isoTime(clock.now()) }),
  };
  const lines = Object.entries(facts).map(([field, text]) => `  "${field}": ${text}`);
  yield { name: 'account.json', body: `{\n${lines.join(',\n')}\n}\n` };
  for (const table of EXPORTED_TABLES) {
    yield* parts(table.table.replaceAll('_', '-'), exportLines(moment, accountId, table, formatUsd));
  }
  // In the form that `muster audit verify` takes.
  yield* parts(
    'audit',
    auditNdjson(audit.export(accountId, {}, moment), () => audit.checkpoint(accountId, moment)),
  );
  if (moment.isOver) yield { name: 'not-of-one-moment.txt', body: NOT_OF_ONE_MOMENT };
  // Last, since they are large and no snapshot has them.
  const documents = EXPORTED_TABLES.find(({ table }) => table === 'documents');
  if (documents) yield* documentsOf(rooms, accountId, documents, moment);
}

function texts(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** What is known of each document is in documents.ndjson; its file as it was uploaded, and its text, lie under its id. */
async function* documentsOf(
  { knowledge }: ExportRooms,
  accountId: string,
  table: ExportedTable,
  moment: Moment,
): AsyncGenerator<ExportedFile> {
  for await (const rows of exportRows(moment, accountId, table, ['name'])) {
    for (const { id, name } of rows) {
      const content = await knowledge.readContent(accountId, String(id));
      const [ending = ''] = ENDING.exec(String(name)) ?? [];
      if (content?.file) yield { name: `documents/${id}/original${ending}`, body: content.file };
      if (content?.text) yield { name: `documents/${id}/text.txt`, body: content.text };
    }
  }
}

/** In one file, or in numbered ones where it is much; an empty file says that there is nothing. */
async function* parts(name: string, lines: AsyncIterable<string>): AsyncGenerator<ExportedFile> {
  let texts: string[] = [];
  let chars = 0;
  let part = 0;
  /** Takes what there is, so that nothing holds it while it is packed. */
  const take = (fileName: string): ExportedFile => {
    const body = texts.join('');
    [texts, chars] = [[], 0];
    return { name: fileName, body };
  };
  for await (const text of lines) {
    texts.push(text);
    chars += text.length;
    if (chars < PART_CHARS) continue;
    part += 1;
    yield take(`${name}-${part}.ndjson`);
  }
  if (part === 0) yield take(`${name}.ndjson`);
  else if (chars > 0) yield take(`${name}-${part + 1}.ndjson`);
}
