import { Type } from 'typebox';
import type { App } from '../types.ts';

/** The widget as it stands in a page of somebody; only what this server serves runs in it. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A page with a chat, to try an embed code on before it goes into one's own. */
export function widgetDemo(app: App): void {
  const querystring = Type.Object({
    embed: Type.Optional(Type.String({ maxLength: 8_192, pattern: '^[\\w.-]*$' })),
  });
  app.get('/widget/demo', { schema: { hide: true, querystring } }, async (request, reply) =>
    reply
      .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page(request.query.embed ?? '')),
  );
}

/** `embed` has no character that could end the attribute. */
function page(embed: string): string {
  const script =
    embed === '' ? '' : `<script src="/widget.js" data-embed="${embed}" data-open="true" defer></script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Chat widget demo</title>
${script}
</head>
<body>
<main>
<h1>A page of yours</h1>
<p>This page has nothing but one script tag. The chat stands at the lower right.</p>
${embed === '' ? '<p>Make an embed code in the console, under Settings, Chat widget, and open its demo from there.</p>' : ''}
</main>
</body>
</html>
`;
}
