import { Type } from 'typebox';
import type { App } from '../types.ts';
import { escapeHtml, PAGE_HEADERS, page } from './html.ts';

/**
 * Where a citation's address leads until there is a console: it says which passage is meant and how to read it. The text
 * itself is shown to those who are signed in only, so not here.
 */
export function passagePage(app: App): void {
  const schema = {
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    querystring: Type.Object({
      start: Type.Optional(Type.String({ maxLength: 12 })),
      end: Type.Optional(Type.String({ maxLength: 12 })),
    }),
  };
  app.get('/knowledge/:id', { schema }, (request, reply) => {
    const { start = '0', end = '' } = request.query;
    const id = escapeHtml(request.params.id);
    return reply.headers(PAGE_HEADERS).send(
      page(
        'Passage',
        `<h1>A passage of a document</h1>
<p>Document <code>${id}</code>, characters ${escapeHtml(start)} to ${escapeHtml(end)}.</p>
<p>There is no console in this version yet. Signed in, read the document with</p>
<pre>GET /api/v1/agents/{agent id}/documents/${id}</pre>
<p><a href="/">What is here</a></p>`,
      ),
    );
  });
}
