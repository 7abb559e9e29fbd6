import { defineCommand } from '../command.ts';
import { homeFolder } from '../data/home-folder.ts';
import { CommandFailed } from '../failures.ts';
import { home as homeFlag, json } from '../flags.ts';
import { count, plural } from '../format.ts';

const SHOWN_PROBLEMS = 5;

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check the data: the file, money, conversations, documents.',
  details: `Reads only; the server may run meanwhile. Each check is shown with how many things it looked at. The exit code is
1 when one of them failed.`,
  options: { home: homeFlag, json },
  async run({ values }, { env, out }) {
    const home = homeFolder(env, values.home);
    const { checkHome } = await import('../data/check-home.ts');
    const checks = await checkHome(home.path, {
      current: home.config.MUSTER_SECRET_KEY,
      previous: home.config.MUSTER_SECRET_KEY_PREVIOUS,
    });
    const failed = checks.filter(({ problems }) => problems.length > 0);
    if (values.json) {
      out.json({ ok: failed.length === 0, home: home.path, checks });
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
      throw new CommandFailed(
        `${plural(failed.length, 'check')} of ${checks.length} failed on ${home.path}.`,
      );
    }
    if (!values.json) out.line(out.dim(`All is well with ${home.path}.`));
  },
});
