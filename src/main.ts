import { runCommandLine } from './cli/index.ts';

/** The command line. Resolves when the command is done; a server runs on after that. */
export async function main(args: readonly string[]): Promise<void> {
  const { env, stdout: output, stderr: errors } = process;
  // Whoever reads our output may stop reading, as `head` does.
  output.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const code = await runCommandLine(args, {
    ...{ env, output, errors },
    // Opened by those only that read from it.
    get input() {
      return process.stdin;
    },
  });
  // A server that could not start may have left threads behind.
  if (code !== 0) process.exit(code);
}
