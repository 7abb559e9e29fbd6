import type { Config } from '../config/index.ts';
import { ConfigError } from '../config/index.ts';
import { createLogger } from '../lib/logger.ts';
import { type AppOptions, createApp, type MusterApp } from './create-app.ts';
import { seedDemo } from './demo.ts';
import { returnMemoryWhenIdle } from './return-memory.ts';
import { welcome } from './welcome.ts';

const DEFAULT_OWNER_EMAIL = 'owner@localhost';

/** Runs the server until SIGTERM or SIGINT; a second signal ends it at once. */
export async function serveUntilSignal(
  config: Config,
  options: Pick<AppOptions, 'faults'> = {},
): Promise<void> {
  checkRole(config);
  const logger = await createLogger(config.LOG_LEVEL);
  const app = await createApp(config, { logger, ...options });
  const hasOwner = Promise.withResolvers<void>();
  if (config.MUSTER_ROLE !== 'worker') app.accounts.holdSignIns(hasOwner.promise);
  // Before anything is made: what a first start shows once must not be lost to an address that is taken.
  const { address, publicUrl } = await app.listen().catch((error: unknown) => {
    throw listenError(error, config);
  });
  stopOnSignal(app, logger);
  returnMemoryWhenIdle(logger);
  if (config.MUSTER_ROLE === 'worker') {
    process.stdout.write(`Muster worker is running; ${address}/health says how it is\n`);
    return;
  }
  const owner = await app.accounts.createFirstOwner({
    email: config.MUSTER_OWNER_EMAIL ?? DEFAULT_OWNER_EMAIL,
    password: config.MUSTER_OWNER_PASSWORD,
    creditNanoUsd: config.MUSTER_STARTING_CREDIT,
  });
  hasOwner.resolve();
  const isNew = owner.status === 'created';
  // What reads its documents is a worker, which may not be there yet.
  const hasDemo = config.MUSTER_DEMO && config.MUSTER_ROLE === 'all';
  const demo = isNew && hasDemo ? await seedDemo(app, owner.accountId) : undefined;
  process.stdout.write(
    welcome({
      address,
      publicUrl,
      setupToken: owner.status === 'ready' ? undefined : owner.setupToken,
      ownerEmail: owner.status === 'ready' ? undefined : owner.email,
      demo,
    }),
  );
}

/** Processes that share the work share the data and the key, too. */
function checkRole({ MUSTER_ROLE, DATABASE_URL, MUSTER_SECRET_KEY }: Config): void {
  if (MUSTER_ROLE === 'all') return;
  if (DATABASE_URL === undefined) {
    throw new ConfigError(
      `MUSTER_ROLE ${MUSTER_ROLE} is for several processes on PostgreSQL: set DATABASE_URL, or MUSTER_ROLE=all.`,
    );
  }
  if (MUSTER_SECRET_KEY === undefined) {
    throw new ConfigError(
      `MUSTER_ROLE ${MUSTER_ROLE} needs MUSTER_SECRET_KEY, the same for all processes. Make one with \`openssl rand -base64 32\`.`,
    );
  }
}

/** Names the setting that the operating system refused. */
function listenError(error: unknown, { HOST, PORT }: Config): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ConfigError(
        `PORT ${PORT} is taken by another program. Set PORT to a free one, such as PORT=${PORT + 1}.`,
      );
    case 'EACCES':
      return new ConfigError(`PORT ${PORT} may not be opened by this user. Set PORT to one above 1023.`);
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
      return new ConfigError(
        `HOST ${HOST} is no address of this machine. Set HOST to 127.0.0.1, 0.0.0.0 or one that is.`,
      );
    default:
      return error;
  }
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
