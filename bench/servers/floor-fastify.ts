/** A sanity check of the harness: Fastify and an undici pool, each body and chunk parsed and built anew. Keeps nothing. */
import Fastify from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Pool } from 'undici';
import { tellListening } from '../procs/own-server.ts';

const pool = new Pool(`http://127.0.0.1:${process.env.UPSTREAM_PORT}`, { connections: null, bodyTimeout: 0 });
const app = Fastify({ keepAliveTimeout: 600_000 });
const Body = Compile(Type.Object({ model: Type.String(), stream: Type.Optional(Type.Boolean()) }));
const Chunk = Compile(Type.Object({ choices: Type.Array(Type.Unknown()) }));
const EVENT_END = '\n\n';

app.post('/v1/chat/completions', async (req, reply) => {
  const body = Body.Parse(req.body);
  const abort = new AbortController();
  reply.raw.on('close', () => reply.raw.writableFinished || abort.abort());
  const upstream = await pool.request({
    path: '/v1/chat/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(req.body),
    signal: abort.signal,
  });
  if (!body.stream) {
    const answer = Chunk.Parse(JSON.parse(await upstream.body.text()));
    return { ...answer, conversation_id: 'conv_floor' };
  }
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  let rest = '';
  upstream.body.on('data', (piece: Buffer) => {
    const events = (rest + piece.toString()).split(EVENT_END);
    rest = events.pop() ?? '';
    reply.raw.write(events.map(rebuild).join(''));
  });
  upstream.body.on('end', () => reply.raw.end());
  upstream.body.on('error', () => reply.raw.destroy());
  return reply;
});

function rebuild(event: string): string {
  const data = event.slice('data: '.length);
  if (data === '[DONE]') return `${event}${EVENT_END}`;
  const chunk: unknown = JSON.parse(data);
  if (!Chunk.Check(chunk)) throw new Error('The upstream sent what is no chunk.');
  return `data: ${JSON.stringify({ ...chunk, conversation_id: 'conv_floor' })}${EVENT_END}`;
}

await app.listen({ port: 0, host: '127.0.0.1' });
tellListening(app.server.address());
