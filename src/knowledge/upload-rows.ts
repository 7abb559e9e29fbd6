import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import type { UploadFiles } from './upload-files.ts';

/** A file without a document is left alone for this long: its document's row may be on its way, in another process. */
const ARRIVING = '1 hour';
const PIECE_BYTES = 1024 * 1024;

/** The uploaded files in the database: where processes stand on many machines they have no folder in common. */
export function createUploadRows(db: Database): UploadFiles {
  const { build } = db;
  return {
    async save(documentId, bytes) {
      const row = { document_id: documentId, bytes };
      const insert = build
        .insertInto('uploads')
        .values(row)
        .onConflict((conflict) => conflict.column('document_id').doUpdateSet({ bytes }));
      await db.write([db.statement(insert)]);
    },
    async read(documentId) {
      const query = build.selectFrom('uploads').select('bytes').where('document_id', '=', documentId);
      const row = (await db.scan(query))[0];
      return row && new Uint8Array(row.bytes);
    },
    async *pieces(documentId) {
      for (let from = 1; ; from += PIECE_BYTES) {
        const piece = sql<Uint8Array>`substring(bytes from ${from}::int for ${sql.lit(PIECE_BYTES)})`.as(
          'piece',
        );
        const query = build.selectFrom('uploads').select(piece).where('document_id', '=', documentId);
        const row = (await db.scan(query))[0];
        if (!row) throw new Error(`The file of ${documentId} is gone`);
        if (row.piece.length > 0) yield row.piece;
        if (row.piece.length < PIECE_BYTES) return;
      }
    },
    async size(documentId) {
      const size = sql<number>`octet_length(bytes)`.as('size');
      return (await db.first(build.selectFrom('uploads').select(size).where('document_id', '=', documentId)))
        ?.size;
    },
    async remove(documentId) {
      await db.write([db.statement(build.deleteFrom('uploads').where('document_id', '=', documentId))]);
    },
    async list() {
      const rows = await db.all(
        build
          .selectFrom('uploads')
          .select('document_id')
          .where(sql<boolean>`created_at < now() - interval '${sql.raw(ARRIVING)}'`)
          .where((eb) =>
            eb.not(
              eb.exists(
                eb.selectFrom('documents').select('id').whereRef('documents.id', '=', 'uploads.document_id'),
              ),
            ),
          ),
      );
      return rows.map((row) => row.document_id);
    },
  };
}
