import createClient from 'openapi-fetch';
import { fromBody } from './api-error.ts';
import { createOnceFetch } from './once-fetch.ts';
import type { paths } from './schema.ts';
import { watchedFetch } from './watched-fetch.ts';

/** The Platform API, typed by the server's own document. Its session is a cookie that no script can read. */
export const api = createClient<paths>({ baseUrl: '/api/v1', fetch: createOnceFetch(watchedFetch) });

/** The data of a reply; throws an ApiError for anything else: `await ask(api.GET('/agents'))`. */
export async function ask<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw fromBody(response.status, error);
  // A 204 has no data, and its type says so.
  return data as Data;
}
