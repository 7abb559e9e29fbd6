import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Accounts, type Role, roleAllows, type UserPrincipal } from '../../accounts/index.ts';
import { commonErrors } from '../../lib/errors.ts';
import type { Limits } from '../../limits/index.ts';
import { bearerToken } from '../bearer.ts';
import { limitRequest } from '../rate-limit.ts';
import { noteAdmission, recheckPrincipals } from '../recheck-principal.ts';
import { markSandbox } from '../sandbox-mark.ts';
import { authenticateBrowser, sessionCookie } from '../session-cookie.ts';
import type { App } from '../types.ts';

/** Who may use a route: anybody; a signed-in person of at least this role; the person who runs the server. */
export type RouteRole = 'public' | Role | 'operator';

type PathParams = Readonly<Record<string, string>>;

/** Throws not_found unless the object that the path names is one that the person's account has. */
export type FindObject = (user: UserPrincipal, params: PathParams) => Promise<unknown>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route of the Platform API declares one; a route without is refused at registration. */
    role?: RouteRole;
    /** Every route with a parameter in its path declares one, for the order of refusals (see guardRoutes). */
    find?: FindObject;
  }
}

/** The only routes that need no credential. A route is public when it says so and is on this list. */
export const PUBLIC_ROUTES: readonly string[] = [
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/session',
  'POST /auth/setup',
  'GET /health',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
  'GET /postman/muster-api-v1.json',
  'GET /docs',
  'GET /docs/swagger-ui.css',
  'GET /docs/swagger-ui-bundle.js',
  'GET /docs/start.js',
];

const ID = /^[\w.:-]{1,100}$/;

type Doorkeeper = Pick<
  Accounts,
  'authenticateCookie' | 'authenticateKey' | 'authenticateToken' | 'countEndings'
>;

interface GuardDeps {
  readonly accounts: Doorkeeper;
  readonly limits: Limits;
}

/**
 * Lets a request through to its route only when its person may use it. Refusals come in one order on every route: no
 * credential 401, too many requests 429, an object that is not the account's 404, a role that is too low 403, and then only what is wrong with
 * the body; so nobody learns anything of an object that is not theirs.
 */
export function guardRoutes(app: App, { accounts, limits }: GuardDeps): void {
  app.addHook('onRoute', ({ method, url, routePath, config }) => {
    const name = `${[method].flat().find((verb) => verb !== 'HEAD') ?? 'GET'} ${routePath}`;
    const role = config?.role;
    if (role === undefined) throw new Error(`The route ${name} declares no role`);
    if ((role === 'public') !== PUBLIC_ROUTES.includes(name)) {
      throw new Error(`The route ${name} and the list of public routes disagree`);
    }
    if (/:|\*/.test(url) && !config?.find)
      throw new Error(`The route ${name} does not say how to find its object`);
  });

  app.addHook('onRequest', async (request, reply) => {
    const { role, find } = request.routeOptions.config;
    // Only the handler for unknown routes has no role.
    if (role === undefined || role === 'public') return;
    noteAdmission(request, accounts);
    const user = await authenticateUser(accounts, request, reply);
    request.principal = user;
    markSandbox(reply, user.accountId);
    await limitRequest(limits, user, reply);
    if (find) await find(user, toPathParams(request.params));
    checkRole(user, role);
  });
  recheckPrincipals(app, accounts, (request, reply) => authenticateUser(accounts, request, reply));
}

async function authenticateUser(
  accounts: Doorkeeper,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<UserPrincipal> {
  const { authorization } = request.headers;
  // Who says by a header who they are is not asked for what the browser sends by itself.
  const cookie = authorization === undefined ? sessionCookie(request) : undefined;
  if (cookie !== undefined) return authenticateBrowser(accounts, request, reply, cookie);
  const token = bearerToken(authorization);
  if (!token?.startsWith('sk-')) return accounts.authenticateToken(token);
  await accounts.authenticateKey(token);
  throw commonErrors.forbidden(
    'An agent key calls agents, under /api/agents/v1. To manage them, sign in (POST /api/v1/auth/login) and send the access token.',
  );
}

function checkRole(user: UserPrincipal, needed: Exclude<RouteRole, 'public'>): void {
  if (needed === 'operator') {
    if (!user.isOperator) throw commonErrors.forbidden('Only the operator of this server may do this.');
    return;
  }
  if (!roleAllows(user.role, needed)) {
    throw commonErrors.forbidden(`Your role (${user.role}) may not do this; it takes ${needed} or above.`);
  }
}

/** What cannot be an id of ours is not looked up. */
function toPathParams(params: unknown): PathParams {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value !== 'string') continue;
    if (name.endsWith('id') && !ID.test(value))
      throw commonErrors.not_found('There is no object of this id.');
    found[name] = value;
  }
  return found;
}
