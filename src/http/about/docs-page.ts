import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { App } from '../types.ts';

/** Everything is from this server, and no script stands in the page. Swagger UI writes style attributes as it runs. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Beside the page, wherever that is mounted: addresses are relative to it. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const START = `window.SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  persistAuthorization: false,
  syntaxHighlight: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const ASSETS: readonly { readonly name: string; readonly type: string; readonly read: () => Buffer }[] = [
  { name: 'swagger-ui.css', type: 'text/css; charset=utf-8', read: () => vendored('swagger-ui.css') },
  {
    name: 'swagger-ui-bundle.js',
    type: 'text/javascript; charset=utf-8',
    read: () => vendored('swagger-ui-bundle.js'),
  },
  { name: 'start.js', type: 'text/javascript; charset=utf-8', read: () => Buffer.from(START) },
];

/** A page to read the API document and try it. It needs no host but this one. */
export function docsPage(app: App): void {
  app.route({
    method: 'GET',
    url: '/docs',
    config: { role: 'public' },
    schema: { hide: true },
    handler: (_request, reply) =>
      reply
        .headers({
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': POLICY,
          'referrer-policy': 'no-referrer',
        })
        .send(PAGE),
  });
  for (const { name, type, read } of ASSETS) {
    let bytes: Buffer | undefined;
    app.route({
      method: 'GET',
      url: `/docs/${name}`,
      config: { role: 'public' },
      schema: { hide: true },
      handler: (_request, reply) => {
        bytes ??= read();
        return reply.headers({ 'content-type': type, 'cache-control': 'public, max-age=3600' }).send(bytes);
      },
    });
  }
}

/** A file of the package that has them ready for browsers; nothing of its code runs here. */
function vendored(name: string): Buffer {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return readFileSync(join(folder, name));
}
