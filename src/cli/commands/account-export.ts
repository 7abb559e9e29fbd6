import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { bytes } from '../format.ts';

/** However much it is. */
const TIMEOUT_MS = 86_400_000;
const OWNER_ONLY = 0o600;

export const accountExport = defineCommand({
  name: 'account export',
  summary: 'Write everything that your account has to one file.',
  details: `A .tar.gz with an .ndjson file for each kind of thing (agents, conversations, usage, …) and each
document as it was uploaded and as text. No secrets are in it: no passwords and no keys. Only an owner of
the account may.`,
  options: {
    out: { type: 'string', value: 'FILE', help: 'Where to; else the account and the day, in this folder.' },
  },
  async run({ values }, { connect, out, err }) {
    const given = values.out;
    if (given !== undefined) requireFree(given);
    const response = await connect().open('GET', '/api/v1/account/export', { timeoutMs: TIMEOUT_MS });
    const target = given ?? nameOf(response);
    if (!response.body) throw new CommandFailed('The server sent nothing.');
    requireFree(target);
    const part = `${target}.${process.pid}.part`;
    try {
      const file = createWriteStream(part, { flags: 'wx', mode: OWNER_ONLY, flush: true });
      await pipeline(Readable.fromWeb(response.body), file);
      renameSync(part, target);
    } finally {
      // What is there of an export that broke off is of no use.
      rmSync(part, { force: true });
    }
    err.line(`Wrote ${bytes(statSync(target).size)}.`);
    out.line(target);
  },
});

function requireFree(path: string): void {
  if (existsSync(path)) throw new CommandFailed(`${path} is there already; an export overwrites nothing.`);
}

function nameOf(response: Response): string {
  const [, name] = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return name ?? 'account.tar.gz';
}
