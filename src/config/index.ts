export { ConfigError, loadConfig } from './load-config.ts';
export { type Config, settings } from './settings.ts';
