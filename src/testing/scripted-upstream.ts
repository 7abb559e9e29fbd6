import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

/** What the upstream does with one request. */
export interface UpstreamPlan {
  /** Anything but 200 answers with `error` (or a body of its own) and plays no stream. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, instead of an answer. */
  readonly rawBody?: string | Uint8Array;
  /** An OpenAI error object: with a bad status its body, with 200 an error in a success. */
  readonly error?: JsonObject;
  readonly text?: string;
  /** How many pieces the text is streamed in. */
  readonly chunks?: number;
  /** Between two events. */
  readonly gapMs?: number;
  /** Before the headers. */
  readonly firstByteMs?: number;
  /** The headers wait for it. */
  readonly firstByteAfter?: Promise<unknown>;
  readonly reasoning?: string;
  readonly reasoningField?: 'reasoning_content' | 'reasoning';
  readonly refusal?: string;
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[];
  /** `null` sends none. */
  readonly finishReason?: string | null;
  /** `null` sends none; a list sends one event each. */
  readonly usage?: Json;
  /** Raw SSE events (the data lines) instead of those of an answer. */
  readonly events?: readonly string[];
  /** How the stream ends: properly, without `[DONE]`, by a connection reset, or never. */
  readonly ending?: 'done' | 'truncated' | 'reset' | 'hang';
  /** With `reset`, `truncated` and `hang`: after this many events. */
  readonly after?: number;
  readonly lineEnd?: '\n' | '\r\n' | '\r';
  /** Cuts the bytes of the stream into pieces of this size, each its own write. */
  readonly splitBytes?: number;
}

interface UpstreamCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: JsonObject;
  /** How many requests came before, this server's lifetime. */
  readonly number: number;
  bytesSent: number;
  eventsSent: number;
  /** True once the peer closed before the answer was complete. */
  closedEarly: boolean;
  finished: boolean;
}

/** Chooses what to do with a request. */
export type UpstreamScript = (call: UpstreamCall) => UpstreamPlan;

export interface ScriptedUpstream {
  /** For OPENAI_BASE_URL: ends in `/v1`. */
  readonly baseUrl: string;
  readonly calls: readonly UpstreamCall[];
  /** Replaces the script for the requests that follow. */
  play(script: UpstreamScript | UpstreamPlan): void;
  close(): Promise<void>;
}

/**
 * An OpenAI-compatible provider on loopback that does what a script says and keeps a log of it: the referee for what
 * was sent, billed and cancelled. Without a script the model's name decides (see `planOfModel`).
 */
export async function startScriptedUpstream(
  script: UpstreamScript | UpstreamPlan = planOfModel,
  options: { readonly port?: number } = {},
): Promise<ScriptedUpstream> {
  const calls: UpstreamCall[] = [];
  let play = asScript(script);
  const server: Server = createServer((request, response) => {
    void serve(request, response, calls, (call) => play(call)).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // A listening TCP server has an AddressInfo; a string only for pipes.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    play(next) {
      play = asScript(next);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function asScript(script: UpstreamScript | UpstreamPlan): UpstreamScript {
  return typeof script === 'function' ? script : () => script;
}

/**
 * Behaviour by model name, for benchmarks and chaos runs that can not hand over a function: words joined by commas,
 * such as `chunks=100,gap=20` or `status=500` or `reset=3`. Everything else answers with a short text.
 */
function planOfModel(call: UpstreamCall): UpstreamPlan {
  const model = typeof call.body.model === 'string' ? call.body.model : '';
  const values = new Map(
    model.split(',').map((word): [string, string] => {
      const at = word.indexOf('=');
      return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
  const number = (name: string): number | undefined => {
    const value = values.get(name);
    return value === undefined || value === '' ? undefined : Number(value);
  };
  const status = number('status');
  const chunks = number('chunks') ?? 1;
  const endings = (['truncated', 'reset', 'hang'] as const).find((ending) => values.has(ending));
  const retryAfter = values.get('retry-after');
  return {
    chunks,
    text: Array.from({ length: chunks }, (_, i) => `word${i} `).join(''),
    gapMs: number('gap') ?? 0,
    firstByteMs: number('first-byte') ?? 0,
    ...(status !== undefined && { status, error: { message: `scripted ${status}`, type: 'scripted' } }),
    ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
    ...(endings !== undefined && { ending: endings, after: number(endings) ?? 1 }),
    ...(values.has('no-usage') && { usage: null }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  calls: UpstreamCall[],
  script: UpstreamScript,
): Promise<void> {
  const body = await readBody(request);
  const call: UpstreamCall = {
    path: request.url ?? '',
    headers: request.headers,
    body,
    number: calls.length,
    bytesSent: 0,
    eventsSent: 0,
    closedEarly: false,
    finished: false,
  };
  calls.push(call);
  response.on('close', () => {
    call.closedEarly = !response.writableFinished;
  });
  response.socket?.setNoDelay(true);
  const plan = script(call);
  if (plan.firstByteMs !== undefined && plan.firstByteMs > 0) {
    await delay(plan.firstByteMs, undefined, { ref: false });
  }
  await plan.firstByteAfter;
  if (response.destroyed) return;
  const status = plan.status ?? 200;
  if (plan.rawBody !== undefined || status !== 200 || plan.error !== undefined) {
    const content = plan.rawBody ?? JSON.stringify({ error: plan.error ?? { message: 'scripted' } });
    send(response, call, status, content, { 'content-type': 'application/json', ...plan.headers });
  } else if (body.stream === true) {
    await stream(response, call, plan);
  } else if (plan.ending === 'hang') {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  } else if (plan.ending === 'reset' || plan.ending === 'truncated') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    await new Promise((resolve) => response.write('{"choices":[', resolve));
    response.socket?.resetAndDestroy();
  } else {
    const content = JSON.stringify(completion(plan, modelOf(call)));
    send(response, call, 200, content, { 'content-type': 'application/json', ...plan.headers });
  }
}

function send(
  response: ServerResponse,
  call: UpstreamCall,
  status: number,
  content: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(content)) });
  response.end(content);
  call.bytesSent += Buffer.byteLength(content);
  call.finished = true;
}

async function stream(response: ServerResponse, call: UpstreamCall, plan: UpstreamPlan): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...plan.headers });
  response.flushHeaders();
  const end = plan.lineEnd ?? '\n';
  const ending = plan.ending ?? 'done';
  const events = plan.events ?? streamEvents(plan, modelOf(call));
  const last = ending === 'done' ? events.length : (plan.after ?? events.length);
  for (const event of events.slice(0, last)) {
    if (response.destroyed) return;
    const lines = event.split('\n').map((line) => `data: ${line}${end}`);
    await write(response, call, Buffer.from(`${lines.join('')}${end}`), plan.splitBytes);
    call.eventsSent += 1;
    if (plan.gapMs !== undefined && plan.gapMs > 0) await delay(plan.gapMs, undefined, { ref: false });
  }
  switch (ending) {
    case 'done':
      if (plan.events === undefined) {
        await write(response, call, Buffer.from(`data: [DONE]${end}${end}`), plan.splitBytes);
      }
      response.end();
      call.finished = true;
      break;
    case 'truncated':
      response.end();
      break;
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'hang':
      break;
  }
}

async function write(
  response: ServerResponse,
  call: UpstreamCall,
  bytes: Buffer,
  splitBytes: number | undefined,
): Promise<void> {
  call.bytesSent += bytes.length;
  const size = splitBytes ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    if (response.destroyed) return;
    const kept = response.write(bytes.subarray(at, at + size));
    // A turn of the loop between pieces, so that they do leave as pieces.
    if (splitBytes !== undefined) await new Promise((resolve) => setImmediate(resolve));
    if (!kept) await new Promise<void>((resolve) => drained(response, resolve));
  }
}

function drained(response: ServerResponse, resolve: () => void): void {
  const go = () => {
    response.off('drain', go).off('close', go);
    resolve();
  };
  response.once('drain', go).once('close', go);
}

function modelOf(call: UpstreamCall): string {
  return typeof call.body.model === 'string' ? call.body.model : 'scripted';
}

const DEFAULT_USAGE: JsonObject = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function message(plan: UpstreamPlan): JsonObject {
  return {
    role: 'assistant',
    content: plan.text ?? (plan.toolCalls ? null : 'Hello from upstream.'),
    ...(plan.refusal !== undefined && { refusal: plan.refusal }),
    ...(plan.reasoning !== undefined && { [plan.reasoningField ?? 'reasoning_content']: plan.reasoning }),
    ...(plan.toolCalls && {
      tool_calls: plan.toolCalls.map((tool, i) => ({
        id: tool.id ?? `call_${i}`,
        type: 'function',
        function: { name: tool.name, arguments: tool.arguments },
      })),
    }),
  };
}

function finishReason(plan: UpstreamPlan): string | null {
  if (plan.finishReason !== undefined) return plan.finishReason;
  return plan.toolCalls ? 'tool_calls' : 'stop';
}

function usages(plan: UpstreamPlan): readonly Json[] {
  if (plan.usage === null) return [];
  const usage = plan.usage ?? DEFAULT_USAGE;
  return Array.isArray(usage) ? usage : [usage];
}

function completion(plan: UpstreamPlan, model: string): JsonObject {
  const usage = usages(plan).at(-1);
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: message(plan), finish_reason: finishReason(plan) }],
    ...(usage !== undefined && { usage }),
  };
}

/** The data of the events of an answer, without `[DONE]`. */
export function streamEvents(plan: UpstreamPlan, model = 'scripted'): readonly string[] {
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    JSON.stringify({
      id: 'chatcmpl-scripted',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const events: string[] = [];
  if (plan.reasoning !== undefined) {
    events.push(chunk({ [plan.reasoningField ?? 'reasoning_content']: plan.reasoning }));
  }
  const text = plan.text ?? (plan.toolCalls || plan.refusal !== undefined ? '' : 'Hello from upstream.');
  for (const piece of pieces(text, plan.chunks ?? 3)) events.push(chunk({ content: piece }));
  if (plan.refusal !== undefined) events.push(chunk({ refusal: plan.refusal }));
  for (const [index, tool] of (plan.toolCalls ?? []).entries()) {
    const id = tool.id ?? `call_${index}`;
    const head = { index, id, type: 'function', function: { name: tool.name, arguments: '' } };
    events.push(chunk({ tool_calls: [head] }));
    for (const piece of pieces(tool.arguments, 2)) {
      events.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  const finish = finishReason(plan);
  if (finish !== null) events.push(chunk({}, finish));
  for (const usage of usages(plan)) {
    events.push(
      JSON.stringify({ id: 'chatcmpl-scripted', object: 'chat.completion.chunk', choices: [], usage }),
    );
  }
  return events;
}

function pieces(text: string, count: number): string[] {
  if (text === '') return [];
  const size = Math.max(1, Math.ceil(text.length / count));
  const out: string[] = [];
  for (let at = 0; at < text.length; at += size) out.push(text.slice(at, at + size));
  return out;
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  return isJsonObject(value) ? value : {};
}
