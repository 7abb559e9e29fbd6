import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../types.ts';
import type { ConsoleFiles } from './console-files.ts';
import { NOT_BUILT } from './not-built.ts';

/** Where the console has pages; what lies below is the console's own to find. */
const PAGES = [
  'agents',
  'crews',
  'runs',
  'schedules',
  'conversations',
  'knowledge',
  'tools',
  'keys',
  'usage',
  'settings',
  'login',
  'setup',
];

/** All is from this server; no script or style stands in the page, and no other page may frame it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** Named after their content: they never change. */
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

/** The console: its page at each of its paths, and the files that the page loads. It has no door but the APIs. */
export function consolePages(app: App, { files }: { readonly files: ConsoleFiles }): void {
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.headers({ 'content-security-policy': POLICY, 'cross-origin-opener-policy': 'same-origin' });
    if (await send(request, reply, 'index.html', ASK_AGAIN)) return reply;
    return reply.code(503).header('content-type', TYPES.html).send(NOT_BUILT);
  };
  const hidden = { schema: { hide: true } };
  app.get('/', hidden, page);
  for (const name of PAGES) {
    app.get(`/${name}`, hidden, page);
    app.get(`/${name}/*`, hidden, page);
  }
  for (const name of ['icon.svg', 'theme.js', 'widget.js']) {
    app.get(`/${name}`, hidden, async (request, reply) => {
      if (!(await send(request, reply, name, ASK_AGAIN))) reply.callNotFound();
      return reply;
    });
  }
  const params = Type.Object({ name: Type.String() });
  app.get('/assets/:name', { schema: { ...hidden.schema, params } }, async (request, reply) => {
    if (!(await send(request, reply, `assets/${request.params.name}`, FOREVER))) reply.callNotFound();
    return reply;
  });

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    path: string,
    caching: string,
  ): Promise<boolean> {
    const file = await files.read(path, acceptedEncodings(request.headers['accept-encoding']));
    if (!file) return false;
    reply.headers({ etag: file.etag, 'cache-control': caching, vary: 'Accept-Encoding' });
    if (request.headers['if-none-match']?.includes(file.etag)) {
      reply.code(304).send();
      return true;
    }
    if (file.encoding !== 'identity') reply.header('content-encoding', file.encoding);
    reply.header('content-type', TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream');
    reply.send(file.bytes);
    return true;
  }
}

/** `br;q=0` is a refusal; anything else that is named is taken. */
function acceptedEncodings(header: string | undefined): Set<string> {
  const entries = (header ?? '').split(',').map((entry) =>
    entry
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/),
  );
  return new Set(entries.flatMap(([name = '', quality = '1']) => (Number(quality) > 0 ? [name] : [])));
}
