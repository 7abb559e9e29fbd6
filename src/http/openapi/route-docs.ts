import type { TSchema } from 'typebox';
import type { App } from '../types.ts';

/** A reply as the API document tells it. Without `content` an error status has the error body of its API. */
export interface DocumentedReply {
  readonly description?: string;
  /** By media type. */
  readonly content?: Readonly<Record<string, TSchema>>;
}

declare module 'fastify' {
  /** What the API document says of a route. */
  interface FastifySchema {
    /** What it does, in a few words that begin with a verb or name the thing. */
    summary?: string;
    description?: string;
    /** One of TAGS (tags.ts). */
    tags?: readonly string[];
    /** A name for generated clients; made from method and path when absent. */
    operationId?: string;
    /** Not in the document: another way to the same route, or a page. */
    hide?: boolean;
  }
  interface FastifyContextConfig {
    /**
     * Replies for the API document only. For routes that write their replies themselves, where a `response` in the
     * schema would be work on every call, and for errors that only some routes know.
     */
    replies?: Readonly<Record<number, DocumentedReply>>;
    /** Its object has an ETag: replies that show it carry that, and changes are made to none but the one of `If-Match`. */
    hasTag?: boolean;
  }
}

/** What the API document needs of a route, as the router has it. */
export interface DocumentedRoute {
  readonly method: string;
  /** The whole path, with its parameters as `:id`. */
  readonly url: string;
  readonly schema: RouteSchema;
  readonly role: string | undefined;
  readonly replies: Readonly<Record<number, DocumentedReply>>;
  readonly hasTag: boolean;
}

/** The fields that a route of ours has in its schema; the framework's type leaves them open. */
interface RouteSchema {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly operationId?: string;
  readonly hide?: boolean;
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly body?: TSchema | { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> };
  readonly response?: Readonly<
    Record<string, TSchema | { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> }>
  >;
}

/** The prefixes whose routes are documented. `/v1` is the same as `/api/v1`, and pages are for people. */
const DOCUMENTED = /^\/api\//;

/**
 * Notes every route of the APIs that is registered from now on: the list that the API document is made from, so that
 * none can be forgotten in it.
 */
export function collectRoutes(app: App): readonly DocumentedRoute[] {
  const routes: DocumentedRoute[] = [];
  app.addHook('onRoute', (route) => {
    // Each of our routes brings these fields; a test fails for one that does not.
    const schema = (route.schema ?? {}) as RouteSchema;
    if (!DOCUMENTED.test(route.url) || schema.hide) return;
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || method === 'OPTIONS') continue;
      const { role, replies = {}, hasTag = false } = route.config ?? {};
      routes.push({ method, url: route.url, schema, role, replies, hasTag });
    }
  });
  return routes;
}
