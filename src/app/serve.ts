import type { Config } from '../config/index.ts';
import { ConfigError } from '../config/index.ts';
import { createLogger } from '../lib/logger.ts';
import { createApp, type MusterApp } from './create-app.ts';
import { seedDemo } from './demo.ts';
import { welcome } from './welcome.ts';

const DEFAULT_OWNER_EMAIL = 'owner@localhost';

/** Runs the server until SIGTERM or SIGINT; a second signal ends it at once. */
export async function serveUntilSignal(config: Config): Promise<void> {
  if (config.DATABASE_URL !== undefined) {
    throw new ConfigError('DATABASE_URL is set, but this version keeps its data in SQLite only. Unset it.');
  }
  const logger = await createLogger(config.LOG_LEVEL);
  const app = await createApp(config, { logger });
  const owner = await app.accounts.createFirstOwner({
    email: config.MUSTER_OWNER_EMAIL ?? DEFAULT_OWNER_EMAIL,
    password: config.MUSTER_OWNER_PASSWORD,
    creditNanoUsd: config.MUSTER_STARTING_CREDIT,
  });
  const isNew = owner.status === 'created';
  const demo = isNew && config.MUSTER_DEMO ? await seedDemo(app, owner.accountId) : undefined;
  const address = await app.listen();
  process.stdout.write(
    welcome({
      address,
      setupToken: owner.status === 'ready' ? undefined : owner.setupToken,
      ownerEmail: config.MUSTER_OWNER_EMAIL ?? DEFAULT_OWNER_EMAIL,
      demo,
    }),
  );
  stopOnSignal(app, logger);
}

function stopOnSignal(app: MusterApp, logger: Awaited<ReturnType<typeof createLogger>>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'Stopping: running requests may end');
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'The stop was not clean; the data is safe');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
