import { CommandFailed } from '../failures.ts';
import { Fields } from './fields.ts';

/**
 * The events of an answer as they arrive, each a JSON object. Ends with `[DONE]`; throws CommandFailed when the server
 * sends an error instead, or when the stream breaks off.
 */
export async function* readEventStream(response: Response): AsyncGenerator<Fields> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const data = line.slice('data:'.length).trim();
      if (data === '[DONE]') return;
      const event = new Fields(JSON.parse(data));
      if (event.has('error')) {
        const { message, code } = texts(event.object('error'));
        throw new CommandFailed(`${message}${code === '' ? '' : ` (${code})`}`);
      }
      yield event;
    }
  }
  throw new CommandFailed('The connection broke before the answer was complete.');
}

function texts(error: Fields): { message: string; code: string } {
  return { message: error.textOr('message', 'The server failed.'), code: error.textOr('code', '') };
}
