import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from './config/index.ts';

const USAGE = `Usage: muster serve [--host HOST] [--port PORT] [--home FOLDER]

Settings are environment variables; docs/configuration.md lists them.
`;

/** The command line. Resolves when the command is done; a server runs on after that. */
export async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  switch (command) {
    case 'serve':
      return serve(rest);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return;
    default:
      fail(`There is no command '${command}'.\n\n${USAGE}`);
  }
}

async function serve(args: readonly string[]): Promise<void> {
  try {
    const config = loadConfig({ ...process.env, ...flags(args) });
    const { serveUntilSignal } = await import('./app/index.ts');
    await serveUntilSignal(config);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    // Anything else that stops a start is for the operator too: one line, and the cause where it helps.
    fail(error instanceof Error ? error.message : String(error), error);
  }
}

/** Flags mirror the settings: `--port` is PORT, `--home` is MUSTER_HOME. */
function flags(args: readonly string[]): Record<string, string | undefined> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { host: { type: 'string' }, port: { type: 'string' }, home: { type: 'string' } },
    });
    return {
      ...(values.host !== undefined && { HOST: values.host }),
      ...(values.port !== undefined && { PORT: values.port }),
      ...(values.home !== undefined && { MUSTER_HOME: values.home }),
    };
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string, error?: unknown): never {
  process.stderr.write(`${message}\n`);
  if (error instanceof Error && process.env.LOG_LEVEL === 'debug') process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
