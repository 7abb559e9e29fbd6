import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../command.ts';
import { type HomeFolder, homeFolder, placeOfData, SECRET_KEY_FILE } from '../data/home-folder.ts';
import { readSecretKey } from '../data/secret-keys.ts';
import { home as homeFlag } from '../flags.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Make a data folder, or the data of an empty PostgreSQL, of a backup.',
  words: 'FILE',
  details: `The folder must be empty or not there: nothing is overwritten. Everything is verified before it is put in its
place. Put the secret.key of the backed-up server into the folder before you start a server on it. With DATABASE_URL the
data goes to that PostgreSQL database, which must be empty; the backup may be of a folder or of PostgreSQL.`,
  options: { home: homeFlag },
  async run({ words: [file = ''], values }, { env, err }) {
    const home = homeFolder(env, values.home);
    const { DATABASE_URL: url } = home.config;
    const { manifest, sayKey } =
      url === undefined ? await toFolder(file, home) : await toPostgres(file, url, home);
    const { figuresOf } = await import('../data/manifest.ts');
    err.line(`Restored the backup of ${manifest.madeAt} to ${placeOfData(home)}: ${figuresOf(manifest)}.`);
    for (const line of sayKey) err.line(line);
  },
});

const LOST = 'Without it everybody signs in again, and stored provider keys are lost.';

async function toFolder(file: string, home: HomeFolder) {
  const { restoreHome } = await import('../data/restore-home.ts');
  const manifest = await restoreHome(file, home.path);
  if (home.config.MUSTER_SECRET_KEY) {
    return { manifest, sayKey: ['The secret key is the one in MUSTER_SECRET_KEY.'] };
  }
  const path = join(home.path, SECRET_KEY_FILE);
  const sayKey = readSecretKey(home.path, undefined)
    ? [`The secret key was in it; it is in ${path}.`]
    : [`Next: copy the secret.key of that server to ${path} (chmod 600).`, LOST];
  return { manifest, sayKey };
}

async function toPostgres(file: string, url: string, home: HomeFolder) {
  const { restorePostgres } = await import('../data/restore-postgres.ts');
  const { manifest, secretKey } = await restorePostgres(file, url);
  const own = readSecretKey(home.path, home.config.MUSTER_SECRET_KEY);
  const path = join(home.path, SECRET_KEY_FILE);
  if (!secretKey) {
    return { manifest, sayKey: ['Next: set MUSTER_SECRET_KEY to the secret key of that server.', LOST] };
  }
  if (!own) {
    mkdirSync(home.path, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${secretKey.toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } else if (own.equals(secretKey)) {
    return { manifest, sayKey: ['The secret key is the one that is here already.'] };
  } else {
    const problem = 'The secret key of the backup is another one than the server here has.';
    return {
      manifest,
      sayKey: [
        problem,
        `Set MUSTER_SECRET_KEY_PREVIOUS to it (tar -xOf ${file} secret.key): what it sealed opens then.`,
      ],
    };
  }
  return {
    manifest,
    sayKey: [
      `The secret key is in ${path}: start every process with MUSTER_SECRET_KEY set to what it holds.`,
    ],
  };
}
