/**
 * A name for an operation that stays as long as its route does: `POST /api/v1/agents/:id/documents` is
 * `postAgentsByIdDocuments`, `GET /api/agents/v1/models` is `agentsApiGetModels`.
 */
export function operationId(method: string, url: string): string {
  const path = url.replace(/^\/api\/(agents\/)?v1/, '');
  const words = path.split('/').flatMap((segment) => {
    if (segment === '') return [];
    return segment.startsWith(':') ? ['by', ...split(segment.slice(1))] : split(segment);
  });
  const verb = method.toLowerCase();
  const all = url.startsWith('/api/agents/') ? ['agents', 'api', verb, ...words] : [verb, ...words];
  return all
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
}

function split(text: string): string[] {
  return text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
}
