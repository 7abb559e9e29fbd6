import { createServer } from '../../src/http/create-server.ts';
import { type PlatformApiDeps, platformApi, type RouteRole } from '../../src/http/platform-api/index.ts';
import { createIds } from '../../src/lib/ids.ts';
import { createLogger } from '../../src/lib/logger.ts';

export interface PlatformRoute {
  readonly method: string;
  /** Under the prefix, with its parameters as `:id`. */
  readonly path: string;
  readonly role: RouteRole;
  readonly hasBody: boolean;
}

/** Every route of the Platform API, as the router has it: what is generated from this list forgets none. */
export async function platformRoutes(): Promise<PlatformRoute[]> {
  const routes: PlatformRoute[] = [];
  const server = createServer({ ids: createIds(), logger: await createLogger('silent'), trustProxy: false });
  server.addHook('onRoute', ({ method, routePath, config, schema }) => {
    const role = config?.role;
    if (role === undefined || method === 'HEAD') return;
    routes.push({ method: String(method), path: routePath, role, hasBody: schema?.body !== undefined });
  });
  // Registering the routes calls none of what they need.
  await server.register(platformApi({ logger: await createLogger('silent') } as PlatformApiDeps), {
    prefix: '/api',
  });
  await server.ready();
  await server.close();
  return routes;
}
