import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createMcpHandler,
  fromJsonSchema,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

/** Which generation of the protocol a server speaks: the newest only, the one with sessions, or the first. */
export type Generation = 'modern' | 'sessions' | 'sse';

export interface McpTestServer extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  /** Headers of each request. */
  readonly requests: readonly IncomingHttpHeaders[];
  /** Calls of tools that were given up while they were under way. */
  readonly cancelled: string[];
  /** Answers everything with this status until it is undefined again. */
  refuseWith: number | undefined;
  /** Forgets its sessions, as after a restart. */
  forgetSessions(): void;
  /** Has one more tool from now on, and says so. */
  addTool(name: string): void;
}

/** A real server, made with the protocol's own library, on loopback. */
export async function startMcpServer(generation: Generation): Promise<McpTestServer> {
  const requests: IncomingHttpHeaders[] = [];
  const cancelled: string[] = [];
  const added: string[] = [];
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const live = new Set<McpServer>();

  function make(): McpServer {
    const server = new McpServer(
      { name: 'test', version: '1' },
      { capabilities: { tools: { listChanged: true } } },
    );
    const text = (given: string, isError = false) => ({
      content: [{ type: 'text' as const, text: given }],
      isError,
    });
    const input = fromJsonSchema<{ text: string }>({
      type: 'object',
      properties: { text: { type: 'string', description: 'What to say' } },
      required: ['text'],
    });
    const annotations = { readOnlyHint: true };
    server.registerTool(
      'echo',
      { description: 'Says it again', inputSchema: input, annotations },
      async (args) => text(args.text),
    );
    server.registerTool('dotted.name', { description: 'Has a name of its own' }, async () => text('dotted'));
    server.registerTool('fails', { description: 'Fails' }, async () => text('Out of paper', true));
    server.registerTool('picture', { description: 'Draws' }, async () => ({
      content: [
        { type: 'image' as const, data: 'AAAA', mimeType: 'image/png' },
        { type: 'resource_link' as const, uri: 'file:///a.txt', name: 'a.txt' },
      ],
    }));
    server.registerTool(
      'sum',
      { description: 'Adds', outputSchema: fromJsonSchema<{ sum: number }>({ type: 'object' }) },
      async () => ({ content: [], structuredContent: { sum: 3 } }),
    );
    server.registerTool('slow', { description: 'Takes for ever' }, async (context) => {
      const { signal } = context.mcpReq;
      await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
      cancelled.push('slow');
      return text('given up');
    });
    for (const name of added) server.registerTool(name, { description: 'New' }, async () => text('new'));
    live.add(server);
    return server;
  }

  const modern = createMcpHandler(make, { legacy: 'reject' });

  async function answer(request: Request): Promise<Response> {
    if (generation === 'modern') return modern.fetch(request);
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (known) return known.handleRequest(request);
    if (id !== null) return new Response('no such session', { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
    });
    await make().connect(transport);
    return transport.handleRequest(request);
  }

  const http = createServer((request, response) => {
    requests.push(request.headers);
    if (state.refuseWith !== undefined) return void response.writeHead(state.refuseWith).end('refused');
    if (generation === 'sse') return void speakOld(request, response);
    void serve(request, response, answer).catch(() => response.destroy());
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  // A listening TCP server has an AddressInfo; a string only for pipes.
  const { port } = http.address() as AddressInfo;
  const state: McpTestServer = {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/mcp`,
    requests,
    cancelled,
    refuseWith: undefined,
    forgetSessions: () => sessions.clear(),
    addTool(name) {
      added.push(name);
      modern.notify.toolsChanged();
      for (const server of live) {
        if (server.isConnected())
          server.registerTool(name, { description: 'New' }, async () => ({ content: [] }));
      }
    },
    async [Symbol.asyncDispose]() {
      await modern.close();
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
  return state;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const body = await bodyOf(request);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const reply = await answer(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method ?? 'GET',
      // Node's headers of a request that a client of ours sent are texts.
      headers: request.headers as Record<string, string>,
      ...(body !== '' && { body }),
      signal: gone.signal,
    }),
  );
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  response.flushHeaders();
  if (reply.body) for await (const chunk of reply.body) response.write(chunk);
  response.end();
}

const streams = new Map<string, ServerResponse>();

/** The first protocol by hand: a stream of events that answers, and an address to which requests are posted. */
async function speakOld(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  const id = url.searchParams.get('session');
  if (request.method === 'GET') {
    const session = crypto.randomUUID();
    streams.set(session, response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: endpoint\ndata: /messages?session=${session}\n\n`);
    return;
  }
  const stream = id === null ? undefined : streams.get(id);
  if (!stream) return void response.writeHead(405).end();
  const call = JSON.parse(await bodyOf(request));
  response.writeHead(202).end();
  if (call.id === undefined) return;
  const results: Record<string, unknown> = {
    initialize: {
      protocolVersion: '2024-11-05',
      capabilities: { tools: {} },
      serverInfo: { name: 'old', version: '1' },
    },
    'tools/list': { tools: [{ name: 'echo', description: 'Old', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: `old ${call.params?.arguments?.text}` }] },
  };
  const reply = { jsonrpc: '2.0', id: call.id, result: results[call.method] ?? {} };
  stream.write(`event: message\ndata: ${JSON.stringify(reply)}\n\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
