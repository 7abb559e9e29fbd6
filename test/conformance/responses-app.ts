import assert from 'node:assert/strict';
import { type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

export const PATH = '/api/agents/v1';

/** A response resource, read loosely; wire-schema.ts checks its shape. */
export interface Resource {
  readonly id: string;
  readonly status: string;
  readonly output: readonly OutputItem[];
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incomplete_details: { readonly reason: string } | null;
  readonly conversation_id?: string;
  readonly [field: string]: unknown;
}

export interface OutputItem {
  readonly type: string;
  readonly id: string;
  readonly status?: string;
  readonly phase?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly call_id?: string;
  readonly arguments?: string;
  readonly output?: string;
  readonly role?: string;
  readonly encrypted_content?: string;
  readonly content?: readonly {
    readonly type: string;
    readonly text?: string;
    readonly annotations?: unknown[];
  }[];
  readonly summary?: readonly { readonly text: string }[];
}

export interface StreamEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly response?: Resource;
  readonly item?: OutputItem;
  readonly item_id?: string;
  readonly output_index?: number;
  readonly delta?: string;
  readonly [field: string]: unknown;
}

/** An agent on the sandbox model and a key for it, in a server of their own. */
export interface ResponsesApp extends TestApp {
  readonly agent: string;
  readonly key: string;
  post(path: string, body: unknown, key?: string): Promise<Reply>;
  get(path: string, key?: string): Promise<Reply>;
  delete(path: string, key?: string): Promise<Reply>;
  /** Creates a response that must succeed. */
  create(body: Readonly<Record<string, unknown>>): Promise<Resource>;
  /** The same as a stream: its bytes and its events. */
  stream(body: Readonly<Record<string, unknown>>): Promise<{ text: string; events: StreamEvent[] }>;
}

export async function startResponsesApp(
  fields: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<ResponsesApp> {
  const app = await startTestApp(environment);
  const agent = await app.createAgent(app.owner, fields);
  const { key } = await app.createKey(app.owner);
  const post: ResponsesApp['post'] = (path, body, token = key) =>
    app.request('POST', PATH + path, { body, token });
  return {
    ...app,
    agent,
    key,
    post,
    get: (path, token = key) => app.request('GET', PATH + path, { token }),
    delete: (path, token = key) => app.request('DELETE', PATH + path, { token }),
    async create(body) {
      const reply = await post('/responses', { model: agent, ...body });
      assert.equal(reply.status, 200, reply.text);
      return resourceOf(reply);
    },
    async stream(body) {
      const reply = await post('/responses', { model: agent, stream: true, ...body });
      assert.equal(reply.status, 200, reply.text);
      return { text: reply.text, events: eventsOf(reply.text) };
    },
  };
}

export function resourceOf(reply: Reply): Resource {
  // Tests read single fields of it and fail where one is missing.
  return reply.body as Resource;
}

/** The events of a whole stream. Fails where a frame is not one `event` line and one `data` line. */
export function eventsOf(text: string): StreamEvent[] {
  const frames = text.split('\n\n').filter((frame) => frame !== '' && !frame.startsWith(':'));
  return frames.flatMap((frame) => {
    if (frame === 'data: [DONE]') return [];
    const match = /^event: (\S+)\ndata: (.*)$/.exec(frame);
    assert.ok(match, `not one event: ${frame}`);
    const event = JSON.parse(match[2] ?? '') as StreamEvent;
    assert.equal(event.type, match[1]);
    return [event];
  });
}

export function textOf(response: Resource): string {
  return response.output
    .filter(({ type, phase }) => type === 'message' && phase !== 'commentary')
    .flatMap(({ content = [] }) => content)
    .map(({ text = '' }) => text)
    .join('');
}

export function codeOf(reply: Reply): string {
  return reply.field('error.code');
}
