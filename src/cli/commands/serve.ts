import { ConfigError, loadConfig } from '../../config/index.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed } from '../failures.ts';

/** Flags mirror the settings: `--port` is PORT, `--home` is MUSTER_HOME. */
export const serve = defineCommand({
  name: 'serve',
  summary: 'Start the server. It runs until Ctrl-C or SIGTERM.',
  details: 'Everything else is set by environment variables; docs/configuration.md lists them.',
  options: {
    host: { type: 'string', value: 'HOST', help: 'Address to listen on (HOST; 127.0.0.1).' },
    port: { type: 'string', value: 'PORT', help: 'Port to listen on (PORT; 8000). 0 takes a free one.' },
    home: { type: 'string', value: 'FOLDER', help: 'Data folder (MUSTER_HOME; ./.muster).' },
  },
  async run({ values: { host, port, home } }, { env }) {
    try {
      const config = loadConfig({
        ...env,
        ...(host !== undefined && { HOST: host }),
        ...(port !== undefined && { PORT: port }),
        ...(home !== undefined && { MUSTER_HOME: home }),
      });
      const { serveUntilSignal } = await import('../../app/index.ts');
      await serveUntilSignal(config);
    } catch (error) {
      throw error instanceof ConfigError ? new CommandFailed(error.message) : error;
    }
  },
});
