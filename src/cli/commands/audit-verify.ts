import type { CheckedLog } from '../../audit/index.ts';
import { defineCommand } from '../command.ts';
import { homeFolder, placeOfData } from '../data/home-folder.ts';
import type { VerifiedExport } from '../data/verify-audit.ts';
import { CommandFailed } from '../failures.ts';
import { home as homeFlag, json } from '../flags.ts';
import { count, plural } from '../format.ts';

export const auditVerify = defineCommand({
  name: 'audit verify',
  summary: 'Prove that no line of the audit log was changed or taken away.',
  words: '[FILE]',
  details: `Without FILE it goes through the data, account by account, from the first line or from the checkpoint that
stands for lines past their time. FILE is an NDJSON export of one account; the server need not be there for it.
With the secret key at hand (MUSTER_HOME or MUSTER_SECRET_KEY) the export's checkpoint is verified, too, and with the
data also one that a former secret key has signed; without them the line says that it is not verified. The exit code is
1 when something does not hold.`,
  options: { home: homeFlag, json },
  async run({ words: [file], values }, { env, out }) {
    const home = homeFolder(env, values.home);
    const { verifyData, verifyExport } = await import('../data/verify-audit.ts');
    if (file !== undefined) {
      const checked = await verifyExport(home, file);
      if (values.json) out.json({ ok: checked.problem === undefined, file, ...checked });
      else for (const text of describeExport(checked)) out.line(text);
      if (checked.problem !== undefined)
        throw new CommandFailed(`${file} does not hold: ${checked.problem}.`);
      return;
    }
    const logs = await verifyData(home);
    const broken = logs.filter(({ problem }) => problem !== undefined);
    if (values.json) out.json({ ok: broken.length === 0, data: placeOfData(home), accounts: logs });
    else for (const log of logs) out.line(describeLog(log));
    if (broken.length > 0)
      throw new CommandFailed(`The audit log of ${plural(broken.length, 'account')} does not hold.`);
  },
});

function describeLog({ accountId, cut, lines, hash, problem }: CheckedLog): string {
  if (problem !== undefined) return `FAILED  ${accountId}: ${problem}`;
  const before = cut > 0 ? `, after a checkpoint for ${count(cut)} before` : '';
  return `ok      ${accountId}: ${plural(lines, 'line')}${before}; ${hash}`;
}

function describeExport(checked: VerifiedExport): string[] {
  const { lines, unchained, first, last, hash, from, checkpoint, problem } = checked;
  if (problem !== undefined) return [`FAILED  ${problem}`];
  const trust =
    checkpoint === 'unverified'
      ? [
          '        The checkpoint in the file is NOT verified, anybody may have made it:',
          `        ${missing(checked)}`,
        ]
      : [];
  if (lines === 0) return ['ok      There is no chained line in the file.', ...trust];
  const proven = {
    'the beginning': 'from the beginning of the log',
    'a checkpoint': `from the ${checkpoint} checkpoint for those before`,
    nothing: `in themselves; what line ${first} follows from is not in the file`,
  }[from];
  return [
    `ok      ${plural(lines, 'line')}, ${first} to ${last}, ${proven}; ${hash}`,
    ...trust,
    ...(unchained > 0 ? [`        ${plural(unchained, 'line')} of it had no place in the chain yet.`] : []),
  ];
}

function missing({ keyId, hasKeys, dataTrouble }: VerifiedExport): string {
  if (!hasKeys) return `the secret key is not here.`;
  const by = `it is signed with the secret key ${keyId}, which is not the one here`;
  return dataTrouble === undefined
    ? `${by}, nor one that the data knows.`
    : `${by}; the data, which keeps former ones, cannot be read: ${dataTrouble}`;
}
