import { defineCommand } from '../command.ts';
import { homeFolder } from '../data/home-folder.ts';
import { home as homeFlag } from '../flags.ts';
import { bytes, plural } from '../format.ts';

export const backup = defineCommand({
  name: 'backup',
  summary: 'Write all data to one file; the server may run meanwhile.',
  words: 'FILE',
  details: `The file is a tar of the database and the uploaded files, as they were at one moment, with a manifest of counts
and checksums. With DATABASE_URL it is the data of PostgreSQL. Each can be restored to a folder and to PostgreSQL.
secret.key is not in it unless you say so: keep a copy of that apart, where others cannot read it.`,
  options: {
    home: homeFlag,
    'with-secret-key': {
      type: 'boolean',
      help: 'Put the secret key in, too: whoever has the file then has everything.',
    },
  },
  async run({ words: [file = ''], values }, { env, err, clock }) {
    const home = homeFolder(env, values.home);
    const { backupHome } = await import('../data/backup-home.ts');
    const { figuresOf } = await import('../data/manifest.ts');
    const { manifest, missing } = await backupHome(home, file, {
      now: clock.now(),
      withSecretKey: values['with-secret-key'],
    });
    const { files } = manifest;
    const size = files.reduce((sum, entry) => sum + entry.size, 0);
    err.line(`Wrote ${file}: ${figuresOf(manifest)}; ${plural(files.length, 'file')}, ${bytes(size)}.`);
    if (missing.length > 0) {
      err.line(`There is no file for ${plural(missing.length, 'document')}: ${missing.join(', ')}`);
    }
    if (values['with-secret-key']) {
      err.line('The secret key is in it: keep it where nobody else can read it.');
    } else if (home.config.MUSTER_SECRET_KEY) {
      err.line('The secret key is not in it. Keep a copy of MUSTER_SECRET_KEY apart from backups.');
    } else {
      err.line(`secret.key is not in it. Keep a copy of ${home.path}/secret.key apart from backups.`);
    }
  },
});
