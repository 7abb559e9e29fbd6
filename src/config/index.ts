export { ConfigError, loadConfig } from './load-config.ts';
export { loadSecretKey, type SecretKey } from './secret-key.ts';
export { type Config, settings } from './settings.ts';
