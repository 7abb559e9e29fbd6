import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { usdNumber } from '../billing/index.ts';
import { type Database, EXPORTED_TABLES, exportRows } from '../db/index.ts';
import { auditNdjson } from '../http/platform-api/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { JsonObject } from '../lib/json.ts';

/** A file of the archive is at most about this long, as it has to be whole before it is packed. */
const PART_CHARS = 4_000_000;
const PIECE_BYTES = 65_536;
const ENDING = /\.[A-Za-z0-9]{1,8}$/;

interface ExportRooms {
  readonly db: Database;
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
 * of it are in memory. No secret is in it. Each page of rows is of one moment; what is changed meanwhile may be in it or not.
 */
export function createAccountExporter(
  rooms: ExportRooms,
): (accountId: string) => AsyncGenerator<Uint8Array, void> {
  const { clock, accounts } = rooms;

  return async function* (accountId) {
    const account = await accounts.getAccount(accountId);
    const { createTarPacker } = await import('modern-tar');
    const { readable, controller } = createTarPacker();
    const mtime = new Date(clock.now());

    const pack = async (): Promise<void> => {
      for await (const { name, body } of filesOf(rooms, account)) {
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
    yield* readable;
  };
}

function cut(bytes: Uint8Array): Pieces {
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  const pieces = Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES),
  );
  return { sizeBytes: bytes.length, pieces };
}

async function* filesOf(rooms: ExportRooms, account: Account): AsyncGenerator<ExportedFile> {
  const { db, clock, audit } = rooms;
  const { id: accountId, name, tier, limits, status, balanceNanoUsd, heldNanoUsd, createdAt } = account;
  yield {
    name: 'account.json',
    body: `${JSON.stringify(
      {
        ...{ id: accountId, name, tier, limits: limits ?? null, status },
        ...{ balance_usd: usdNumber(balanceNanoUsd), held_usd: usdNumber(heldNanoUsd) },
        ...{ created_at: isoTime(createdAt), exported_at: isoTime(clock.now()) },
      },
      null,
      2,
    )}\n`,
  };
  for (const table of EXPORTED_TABLES) {
    yield* parts(table.table.replaceAll('_', '-'), linesOf(exportRows(db, accountId, table)));
    if (table.table === 'documents') yield* documentsOf(rooms, accountId, table);
  }
  // In the form that `muster audit verify` takes.
  yield* parts(
    'audit',
    auditNdjson(audit.export(accountId, {}), () => audit.checkpoint(accountId)),
  );
}

/** What is known of each document is in documents.ndjson; its file as it was uploaded, and its text, lie under its id. */
async function* documentsOf(
  { db, knowledge }: ExportRooms,
  accountId: string,
  table: (typeof EXPORTED_TABLES)[number],
): AsyncGenerator<ExportedFile> {
  for await (const rows of exportRows(db, accountId, table)) {
    for (const { id, name } of rows) {
      const content = await knowledge.readContent(accountId, String(id));
      const [ending = ''] = ENDING.exec(String(name)) ?? [];
      if (content?.file) yield { name: `documents/${id}/original${ending}`, body: content.file };
      if (content?.text) yield { name: `documents/${id}/text.txt`, body: content.text };
    }
  }
}

async function* linesOf(pages: AsyncIterable<JsonObject[]>): AsyncGenerator<string> {
  for await (const rows of pages) for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** In one file, or in numbered ones where it is much; an empty file says that there is nothing. */
async function* parts(name: string, lines: AsyncIterable<string>): AsyncGenerator<ExportedFile> {
  let texts: string[] = [];
  let chars = 0;
  let part = 0;
  for await (const text of lines) {
    texts.push(text);
    chars += text.length;
    if (chars < PART_CHARS) continue;
    part += 1;
    yield { name: `${name}-${part}.ndjson`, body: texts.join('') };
    [texts, chars] = [[], 0];
  }
  if (part === 0) yield { name: `${name}.ndjson`, body: texts.join('') };
  else if (chars > 0) yield { name: `${name}-${part + 1}.ndjson`, body: texts.join('') };
}
