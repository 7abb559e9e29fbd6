import { defineCommand } from '../command.ts';
import { homeFolder } from '../data/home-folder.ts';
import { CommandFailed, UsageError } from '../failures.ts';
import { home as homeFlag } from '../flags.ts';
import { count, plural } from '../format.ts';

export const moveToPostgres = defineCommand({
  name: 'move-to-postgres',
  summary: 'Copy the data folder into the PostgreSQL of DATABASE_URL; the server must be stopped.',
  details: `The database must be empty. Every row is copied in one transaction, and the number of rows and the sums of money of
each table are compared before anything is kept. The data folder is only read: to go back, start without DATABASE_URL.
Uploaded files go along; secret.key stays in the data folder.`,
  options: { home: homeFlag },
  async run({ values }, { env, err }) {
    const { DATABASE_URL: url, ...rest } = env;
    if (!url) {
      throw new UsageError(
        'Set DATABASE_URL to the empty PostgreSQL database to move to, such as postgres://user:password@host/muster.',
      );
    }
    const home = homeFolder(rest, values.home);
    const { moveHome } = await import('../data/move-home.ts');
    const { tables, chunks, uploads } = await moveHome(home, url, ({ name, rows }) =>
      err.line(err.dim(`  ${name}: ${count(rows)}`)),
    ).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandFailed(`The move did not happen: ${reason}`);
    });
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    err.line(
      `Moved ${plural(rows, 'row')} of ${plural(tables.length, 'table')}, indexed ${plural(chunks, 'chunk')} and copied ${plural(uploads.copied, 'uploaded file')}. Rows and sums of money are the same on both sides.`,
    );
    err.line(
      `Start with the same DATABASE_URL and MUSTER_SECRET_KEY set to what ${home.path}/secret.key holds, on every machine.`,
    );
    if (uploads.missing.length > 0)
      err.line(
        `The folder has no file for ${plural(uploads.missing.length, 'document')}: ${uploads.missing.join(', ')}`,
      );
    err.line(
      'To go back, start without DATABASE_URL: the folder is as it was, without what comes from now on.',
    );
  },
});
