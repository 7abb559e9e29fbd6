import type { Json, JsonObject } from '../../lib/json.ts';

/** A call that works on a fresh server, for the API document and the Postman collection. */
export interface Example {
  /** `{{name}}` stands for what the collection knows by then: an id of an earlier reply, a credential. */
  readonly body?: JsonObject;
  /** What the collection remembers of the reply, by variable, beside the id of what was made. */
  readonly capture?: Readonly<Record<string, string>>;
  /** The call that has to come before, where the order of tags does not do. */
  readonly after?: string;
  /** Ends the collection's session, so it comes last of all. */
  readonly last?: true;
  /** The status where a good answer needs more than a fresh server has. */
  readonly status?: number;
}

const TOKENS = { accessToken: 'access_token', refreshToken: 'refresh_token' };
const QUESTION = { model: '{{agentId}}', input: 'Which colours does the kettle come in?' };

/** By method and path, both as in the API document. What is not here gets an example made from its schema. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'POST /api/v1/auth/login': {
    body: { email: '{{email}}', password: '{{password}}' },
    capture: TOKENS,
  },
  'POST /api/v1/auth/refresh': { body: { refresh_token: '{{refreshToken}}' }, capture: TOKENS },
  'POST /api/v1/auth/session': { body: { email: '{{email}}', password: '{{password}}' } },
  'PUT /api/v1/auth/password': {
    body: { current_password: '{{password}}', new_password: '{{password}}' },
  },
  'POST /api/v1/auth/setup': {
    body: { token: '{{setupToken}}', password: 'a-kettle-of-fish' },
    after: 'POST /api/v1/users/{id}/setup-link',
  },
  'DELETE /api/v1/auth/sessions/{session_id}': { status: 404 },
  'POST /api/v1/auth/logout': { last: true },

  'POST /api/v1/agents': {
    body: {
      name: 'Kettle support',
      instructions: 'Answer questions about our kettles from the documents, in a sentence or two.',
      model: 'sandbox',
      tools: ['calculator'],
    },
  },
  'PUT /api/v1/agents/{id}': { body: { description: 'Answers what customers ask about kettles.' } },
  'PATCH /api/v1/agents/{id}': { body: { temperature: 0.2 } },
  'POST /api/v1/agents/{id}/documents': {
    body: { name: 'kettles.md', text: '# Kettles\n\nThe kettle comes in red, blue and steel.' },
  },
  'GET /api/v1/documents/{id}': { after: 'POST /api/v1/agents/{id}/documents' },
  'POST /api/v1/agents/{id}/documents/{document_id}/retry': { status: 409 },
  'POST /api/v1/agents/{id}/search': { body: { query: 'colours', limit: 3 } },
  'POST /api/v1/agents/{id}/try': {
    body: {
      messages: [{ role: 'user', content: 'Which colours does the kettle come in?' }],
      draft: { instructions: 'Answer in one word.' },
    },
  },
  'POST /api/v1/agent-keys': { body: { name: 'Website' }, capture: { agentKey: 'key' } },
  'POST /api/v1/agents/{id}/widget-tokens': {
    body: { key_id: '{{agentKeyId}}', allowed_origins: ['https://www.example.com'] },
    after: 'POST /api/v1/agent-keys',
  },
  'PATCH /api/v1/agent-keys/{id}': { body: { monthly_limit_usd: 25 } },

  'POST /api/agents/v1/chat/completions': {
    body: {
      model: '{{agentId}}',
      messages: [{ role: 'user', content: 'Which colours does the kettle come in?' }],
    },
  },
  'POST /api/agents/v1/responses': { body: QUESTION },
  'POST /api/agents/v1/responses/compact': { body: QUESTION },
  'POST /api/agents/v1/responses/input_tokens': { body: QUESTION },
  'POST /api/agents/v1/responses/{id}/cancel': { status: 400 },
  'GET /api/v1/conversations/{id}': { capture: { runId: 'turns.0.run_id' } },
  'GET /api/v1/runs/{id}': { after: 'GET /api/v1/conversations/{id}' },
  'POST /api/agents/v1/conversations': { body: { metadata: { topic: 'kettles' } } },
  'POST /api/agents/v1/conversations/{id}': { body: { metadata: { topic: 'teapots' } } },
  'POST /api/agents/v1/conversations/{id}/items': {
    body: {
      items: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning' }] }],
    },
    capture: { itemId: 'data.0.id' },
  },

  'POST /api/v1/crews': {
    body: {
      name: 'Kettle copy',
      description: 'Writes about our kettles.',
      process: 'sequential',
      memory: false,
      agents: [
        { role: 'Researcher', goal: 'Find what is special about {product}', model: 'sandbox' },
        { role: 'Writer', goal: 'Write short and plain copy', model: 'sandbox' },
      ],
      tasks: [
        {
          name: 'research',
          description: 'List what is special about {product}.',
          expected_output: 'Three points',
          agent: 'Researcher',
        },
        {
          name: 'copy',
          description: 'Write a paragraph about {product}.',
          expected_output: 'One paragraph',
          agent: 'Writer',
          context: ['research'],
        },
      ],
    },
  },
  'POST /api/v1/crews/import': {
    body: {
      files: {
        'agents.yaml': 'writer:\n  role: Writer\n  goal: Write about {product}\n  backstory: Plain words\n',
        'tasks.yaml':
          'write:\n  description: Write about {product}\n  expected_output: A line\n  agent: writer\n',
      },
      name: 'From CrewAI',
      model: 'sandbox',
    },
    after: 'POST /api/v1/memory/{crew_id}/clear',
  },
  'PUT /api/v1/crews/{id}': { body: { description: 'Writes about kettles and teapots.' } },
  'PATCH /api/v1/crews/{id}': { body: { timeout_s: 600 } },
  'POST /api/v1/tasks': {
    body: {
      crew_id: '{{crewId}}',
      agent: 'Writer',
      name: 'title',
      description: 'Find a title for the paragraph.',
      expected_output: 'A title of at most six words',
      context: ['copy'],
    },
  },
  'PUT /api/v1/tasks/{id}': { body: { expected_output: 'A title of at most five words' } },
  'POST /api/v1/executions': {
    body: { crew_id: '{{crewId}}', inputs: { product: 'the red kettle' } },
    capture: { executionId: 'job_id' },
  },
  'POST /api/v1/executions/batch': {
    body: {
      crew_id: '{{crewId}}',
      inputs: [{ product: 'the red kettle' }, { product: 'the blue kettle' }],
      concurrency: 1,
    },
    capture: { batchId: 'batch_id' },
  },
  'GET /api/v1/batches/{id}': { after: 'POST /api/v1/executions/batch' },
  'POST /api/v1/executions/{id}/resume': {
    body: { task_id: 'copy', approve: true },
    status: 409,
  },
  'POST /api/v1/executions/{id}/rerun': { body: { from_task: 'copy' } },
  'POST /api/v1/memory/{crew_id}/clear': { body: { type: 'short_term' } },

  'POST /api/v1/tools/custom': {
    body: {
      name: 'order_status',
      description: 'Tells where an order is, by its number.',
      endpoint: 'https://api.example.com/orders/{number}',
      method: 'GET',
      parameters: {
        type: 'object',
        properties: { number: { type: 'string', description: 'Such as K-1024.' } },
        required: ['number'],
      },
      auth_type: 'bearer',
      auth: { token: 'your-token-at-the-service' },
      price_usd: 0.001,
    },
    capture: { customId: 'tool_id' },
  },
  'PUT /api/v1/tools/custom/{id}': { body: { price_usd: 0.002 } },
  'PATCH /api/v1/tools/custom/{id}': { body: { timeout_s: 10 } },
  'POST /api/v1/tools/mcp': {
    body: { name: 'tracker', url: 'https://mcp.example.com/mcp', auth_type: 'none' },
    capture: { mcpId: 'id' },
  },
  'PUT /api/v1/tools/mcp/{id}': { body: { url: 'https://mcp.example.com/v2/mcp' } },
  'PATCH /api/v1/tools/mcp/{id}': { body: { auth_type: 'bearer', auth: { token: 'your-token-there' } } },
  'POST /api/v1/tools/{name}/test': { body: { arguments: { expression: '6 * 7' } } },
  'PUT /api/v1/models/{model}/price': {
    body: { input_usd_per_million: 1.25, output_usd_per_million: 10 },
  },
  'POST /api/v1/providers': {
    body: { name: 'my-openai', kind: 'openai', api_key: 'sk-your-key-at-the-provider' },
  },
  'PATCH /api/v1/providers/{id}': { body: { models: ['gpt-4o-mini'] } },
  'POST /api/v1/billing/credits': { body: { amount_usd: 5, reason: 'Goodwill' } },
  'POST /api/v1/webhooks': {
    body: { url: 'https://example.com/hooks/muster', events: ['job.completed', 'job.failed'] },
  },
  'PATCH /api/v1/webhooks/{id}': { body: { events: ['job.completed', 'job.failed', 'credit.low'] } },
  'POST /api/v1/webhooks/{id}/rotate-secret': { body: { overlap_hours: 24 } },
  'POST /api/v1/webhooks/{id}/test': { capture: { deliveryId: 'id' } },
  'POST /api/v1/schedules': {
    body: {
      name: 'Monday copy',
      crew_id: '{{crewId}}',
      inputs: { product: 'the red kettle' },
      cron: '0 9 * * 1',
      timezone: 'Europe/Berlin',
    },
  },
  'PATCH /api/v1/schedules/{id}': { body: { cron: '0 9 * * 1-5' } },
  'POST /api/v1/users': {
    body: { email: 'grace-{{$timestamp}}@example.com', role: 'editor', name: 'Grace' },
    capture: { setupToken: 'setup_token' },
  },
  'PATCH /api/v1/users/{id}': { body: { role: 'viewer' } },
  'POST /api/v1/users/{id}/setup-link': { capture: { setupToken: 'setup_token' } },
  'POST /api/v1/accounts': {
    body: { name: 'Kettles Ltd', owner_email: 'owner-{{$timestamp}}@example.com', tier: 'pro' },
  },
  'PATCH /api/v1/accounts/{id}': { body: { name: 'Kettles and Teapots Ltd' } },
  'DELETE /api/v1/accounts/{id}': { body: { confirm: 'Kettles and Teapots Ltd' } },
  // Whoever tries the collection runs the server.
  'DELETE /api/v1/account': { body: { confirm: 'Main' }, status: 409 },
};

/** A body as it stands in the API document: without the collection's variables. */
export function withoutVariables<T extends Json>(body: T): T {
  const text = JSON.stringify(body).replaceAll(/\{\{\$?(\w+)\}\}/g, '$1');
  return JSON.parse(text);
}
