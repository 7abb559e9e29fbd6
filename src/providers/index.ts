export { checkSealedKeys } from './check-sealed-keys.ts';
export { createProviders, type Providers } from './create-providers.ts';
export { providerErrors } from './errors.ts';
export type * from './types.ts';
export { PROVIDER_KINDS } from './types.ts';
