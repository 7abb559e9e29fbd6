import { components } from './components.ts';
import { toDocumentPath, toOperation } from './operation.ts';
import type { DocumentedRoute } from './route-docs.ts';
import { TAGS } from './tags.ts';
import type { ApiDocument, Components, Operation } from './types.ts';

const DESCRIPTION = `Agents are set up on the server and called as OpenAI models.

The **Agents API** under \`/api/agents/v1\` speaks OpenAI's protocols with an agent's id as the model; it takes an agent key.
The **Platform API** under \`/api/v1\` (the same at \`/v1\`) sets everything up; it takes the access token of somebody who has
signed in. Bodies are JSON, times ISO-8601 in UTC, amounts US dollars. Lists take \`page\` and \`limit\` and carry \`total\`.
Each operation names the least role that it takes in \`x-muster-role\`: viewer, editor, admin, owner, or the operator.`;

/** The OpenAPI document of all routes that were collected. */
export function buildDocument(routes: readonly DocumentedRoute[], version: string): ApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = toDocumentPath(route.url);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route) };
  }
  const used = new Set(
    Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags)),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version,
      description: DESCRIPTION,
      contact: { name: 'The operator of this server' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server.' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: withoutUnused(components(), JSON.stringify(paths)),
  };
}

/** Only the replies that some operation has. */
function withoutUnused(all: Components, text: string): Components {
  const responses = Object.entries(all.responses).filter(([name]) =>
    text.includes(`"#/components/responses/${name}"`),
  );
  return { ...all, responses: Object.fromEntries(responses) };
}
