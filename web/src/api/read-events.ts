import { ApiError, errorOf } from './api-error.ts';
import { watchedFetch } from './watched-fetch.ts';

interface ServerEvent {
  readonly id: string | undefined;
  readonly data: unknown;
}

/** The server-sent events of a reply, one by one. Throws an ApiError when the server refuses or the stream breaks. */
export async function* readEvents(
  path: string,
  options: { body?: unknown; signal: AbortSignal; headers?: Record<string, string> },
): AsyncGenerator<ServerEvent> {
  const { body, signal, headers = {} } = options;
  const response = await watchedFetch(`/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'text/event-stream',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
  });
  if (!response.ok) throw await errorOf(response);
  if (!response.body) throw new ApiError(0, { message: 'The server sent no stream.' });
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + text).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const event = parseFrame(frame);
      if (event) yield event;
    }
  }
}

function parseFrame(frame: string): ServerEvent | undefined {
  const lines = frame.split('\n');
  const read = (name: string): string | undefined =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trimStart();
  const data = read('data');
  if (data === undefined || data === '[DONE]') return undefined;
  return { id: read('id'), data: JSON.parse(data) };
}
