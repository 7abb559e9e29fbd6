import { type Config, settings } from './settings.ts';

/** A setting that is wrong: the message is one line that names it and says what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings from an environment, or throws ConfigError for the first that is wrong. An empty value counts as
 * unset. A variable that begins with MUSTER_ and is no setting is an error too: it is a typing mistake.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  for (const name of Object.keys(environment)) {
    if (name.startsWith('MUSTER_') && !(name in settings) && !CLIENT_SETTINGS.has(name)) {
      throw new ConfigError(`${name} is not a setting of Muster. docs/configuration.md lists them.`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, { fallback, parse }] of Object.entries(settings)) {
    const given = environment[name];
    try {
      values[name] = given === undefined || given === '' ? fallback : parse(given);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'is wrong';
      throw new ConfigError(`${name} ${reason}.`, { cause });
    }
  }
  if (values.MUSTER_OWNER_PASSWORD !== undefined && values.MUSTER_OWNER_EMAIL === undefined) {
    throw new ConfigError('MUSTER_OWNER_PASSWORD is set but MUSTER_OWNER_EMAIL is not. Set both or neither.');
  }
  // Every key of `settings` was filled by its own parser just above.
  return Object.freeze(values) as Config;
}

/** Read by the command line as a client of a running server, not by the server. */
const CLIENT_SETTINGS = new Set(['MUSTER_URL', 'MUSTER_TOKEN']);
