// Writes web/src/api/schema.ts: the Platform API as types for the console, from the document that the routes make.
// It is not kept in git: `npm run check` makes it anew, so that the console is always checked against the API as it is.
import { mkdirSync, writeFileSync } from 'node:fs';
import { collectRoutes, createApiDocuments, createServer } from '../src/http/index.ts';
import { type PlatformApiDeps, platformApi } from '../src/http/platform-api/index.ts';
import { createIds } from '../src/lib/ids.ts';
import { createLogger } from '../src/lib/logger.ts';
import { apiTypes } from './api-types.ts';

const PREFIX = '/api/v1';
const FOLDER = new URL('../web/src/api/', import.meta.url);

const logger = await createLogger('silent');
const server = createServer({ ids: createIds(), logger, trustProxy: false });
const routes = collectRoutes(server);
// Registering the routes calls none of what they need.
await server.register(platformApi({ logger } as PlatformApiDeps), { prefix: PREFIX });
await server.ready();
await server.close();

mkdirSync(FOLDER, { recursive: true });
writeFileSync(new URL('schema.ts', FOLDER), apiTypes(createApiDocuments(routes, '0').openapi(), PREFIX));
