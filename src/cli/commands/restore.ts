import { join } from 'node:path';
import { defineCommand } from '../command.ts';
import { homeFolder, SECRET_KEY_FILE } from '../data/home-folder.ts';
import { home as homeFlag } from '../flags.ts';
import { count } from '../format.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Make a data folder of a backup.',
  words: 'FILE',
  details: `The folder must be empty or not there: nothing is overwritten. Everything is verified before it is put in its
place. Put the secret.key of the backed-up server into the folder before you start a server on it.`,
  options: { home: homeFlag },
  async run({ words: [file = ''], values }, { env, err }) {
    const home = homeFolder(env, values.home);
    const { restoreHome } = await import('../data/restore-home.ts');
    const { counts, madeAt } = await restoreHome(file, home.path);
    const figures = (['accounts', 'agents', 'conversations', 'documents'] as const).map(
      (table) => `${count(counts[table] ?? 0)} ${table}`,
    );
    err.line(`Restored the backup of ${madeAt} to ${home.path}: ${figures.join(', ')}.`);
    if (home.config.MUSTER_SECRET_KEY !== undefined) {
      err.line('The secret key is the one in MUSTER_SECRET_KEY.');
      return;
    }
    err.line(`Next: copy the secret.key of that server to ${join(home.path, SECRET_KEY_FILE)} (chmod 600).`);
    err.line('Without it a new one is made: everybody signs in again, and stored provider keys are lost.');
  },
});
