import { type InvariantCheck, placeOf } from '../../db/index.ts';
import { defineCommand } from '../command.ts';
import { type HomeFolder, homeFolder, placeOfData } from '../data/home-folder.ts';
import { CommandFailed } from '../failures.ts';
import { home as homeFlag, json } from '../flags.ts';
import { count, plural } from '../format.ts';

const SHOWN_PROBLEMS = 5;

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check the data: the database, money, conversations, documents.',
  details: `Reads only; the server may run meanwhile. Each check is shown with how many things it looked at. The exit code is
1 when one of them failed. With DATABASE_URL it looks at PostgreSQL, in one snapshot; that may be a standby, too.`,
  options: { home: homeFlag, json },
  async run({ values }, { env, out }) {
    const home = homeFolder(env, values.home);
    const place = placeOfData(home);
    const checks = await checkData(home);
    const failed = checks.filter(({ problems }) => problems.length > 0);
    if (values.json) {
      out.json({ ok: failed.length === 0, home: home.path, data: place, checks });
    } else {
      for (const { name, count: looked, problems } of checks) {
        out.line(`${problems.length === 0 ? 'ok    ' : out.bold('FAILED')}  ${name} (${count(looked)})`);
        for (const problem of problems.slice(0, SHOWN_PROBLEMS)) out.line(`        ${problem}`);
        if (problems.length > SHOWN_PROBLEMS) {
          out.line(out.dim(`        and ${problems.length - SHOWN_PROBLEMS} more: see --json`));
        }
      }
    }
    if (failed.length > 0) {
      throw new CommandFailed(`${plural(failed.length, 'check')} of ${checks.length} failed on ${place}.`);
    }
    if (!values.json) out.line(out.dim(`All is well with ${place}.`));
  },
});

async function checkData({ path, config }: HomeFolder): Promise<readonly InvariantCheck[]> {
  const { DATABASE_URL: url, MUSTER_SECRET_KEY: current, MUSTER_SECRET_KEY_PREVIOUS: previous } = config;
  if (url === undefined)
    return (await import('../data/check-home.ts')).checkHome(path, { current, previous });
  const { checkPostgres } = await import('../data/check-postgres.ts');
  return checkPostgres(url, path, { current, previous }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`The data at ${placeOf(url)} could not be checked: ${reason}`);
  });
}
