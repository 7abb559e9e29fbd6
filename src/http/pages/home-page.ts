import type { App } from '../types.ts';
import { escapeHtml, PAGE_HEADERS, page } from './html.ts';

/** What is at `/` until the console is: where things are, for a person who opens the address in a browser. */
export function homePage(app: App): void {
  app.get('/', (request, reply) => {
    const origin = `${request.protocol}://${escapeHtml(request.host)}`;
    return reply.headers(PAGE_HEADERS).send(
      page(
        'Muster',
        `<h1>Muster is running</h1>
<p>An agent server: agents are set up here and called as OpenAI models. There is no console in this version yet; everything is done over the API.</p>
<table>
<tr><td><code>${origin}/api/agents/v1</code></td><td>The Agents API. Set it as <code>base_url</code> of any OpenAI SDK, with an agent key, and pass an agent's id as <code>model</code>.</td></tr>
<tr><td><code>${origin}/api/v1</code></td><td>The Platform API: agents, documents, keys, prices, usage. Sign in with <code>POST /api/v1/auth/login</code>.</td></tr>
<tr><td><a href="/health"><code>${origin}/health</code></a></td><td>Whether the server is up.</td></tr>
</table>
<h2>Sign in</h2>
<pre>curl ${origin}/api/v1/auth/login -H 'content-type: application/json' \\
  -d '{"email": "you@example.com", "password": "…"}'</pre>
<h2>Call an agent</h2>
<pre>curl ${origin}/api/agents/v1/chat/completions \\
  -H 'authorization: Bearer sk-…' -H 'content-type: application/json' \\
  -d '{"model": "agent_…", "messages": [{"role": "user", "content": "Hello"}]}'</pre>
<p>README.md and docs/guide have the rest.</p>`,
      ),
    );
  });
}
