import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import type { Cli } from './command.ts';
import { Interrupted, UsageError } from './failures.ts';

/** A line that is typed in answer to a question. */
export async function ask(cli: Cli, question: string): Promise<string> {
  return (await readLine(cli, question, cli.err.stream)).trim();
}

/** The same without showing what is typed. */
export async function askHidden(cli: Cli, question: string): Promise<string> {
  cli.err.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await readLine(cli, '', nowhere);
  cli.err.line();
  return answer;
}

/** Whether somebody is there to be asked. */
export function canAsk({ input, err }: Cli): boolean {
  return input.isTTY === true && err.isTerminal;
}

/** For passwords that come through a pipe: its first line. */
export async function readPassword({ input }: Cli): Promise<string> {
  const [line = ''] = (await readText(input)).split(/\r?\n/, 1);
  if (line === '') throw new UsageError('--password-stdin: nothing was given on standard input.');
  return line;
}

function readLine({ input }: Cli, question: string, output: NodeJS.WritableStream): Promise<string> {
  const reader = createInterface({ input, output, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    // Ctrl-C and Ctrl-D.
    reader.once('close', () => reject(new Interrupted('Stopped.')));
    reader.question(question, (answer) => {
      resolve(answer);
      reader.close();
    });
  });
}
