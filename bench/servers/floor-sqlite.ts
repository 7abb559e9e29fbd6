/**
 * What a chat server that keeps conversations costs at the least: Fastify and an undici pool, and before the answer the
 * question, the answer and a usage row on a data folder (FLOOR_HOME), in a worker with group commit. No keys, no limits,
 * no holds.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import Fastify from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Pool } from 'undici';
import { tellListening } from '../procs/own-server.ts';
import { startGroupWriter } from './group-writer.ts';

type Write = readonly [turn: number, question: string, answer: string];

if (isMainThread) await serve(startGroupWriter<Write>(new Worker(new URL(import.meta.url))));
else keepTurns();

function keepTurns(): void {
  const db = new DatabaseSync(join(process.env.FLOOR_HOME ?? '', 'floor.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE messages (id INTEGER PRIMARY KEY, turn INTEGER, role TEXT, text TEXT);
    CREATE TABLE usage (turn INTEGER PRIMARY KEY, amount INTEGER);`);
  const message = db.prepare('INSERT INTO messages (turn, role, text) VALUES (?, ?, ?)');
  const charge = db.prepare('INSERT INTO usage VALUES (?, 1)');
  parentPort?.on('message', (writes: readonly Write[]) => {
    db.exec('BEGIN');
    for (const [turn, question, answer] of writes) {
      message.run(turn, 'user', question);
      message.run(turn, 'assistant', answer);
      charge.run(turn);
    }
    db.exec('COMMIT');
    parentPort?.postMessage('kept');
  });
}

async function serve(keep: (write: Write) => Promise<void>): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${process.env.UPSTREAM_PORT}`, {
    connections: null,
    bodyTimeout: 0,
  });
  const app = Fastify({ keepAliveTimeout: 600_000 });
  const Answer = Compile(Type.Object({ choices: Type.Array(Type.Unknown()) }));
  let turns = 0;
  app.post('/v1/chat/completions', async (req) => {
    const question = JSON.stringify(req.body);
    const upstream = await pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: question,
    });
    const text = await upstream.body.text();
    const answer = Answer.Parse(JSON.parse(text));
    await keep([++turns, question, text]);
    return { ...answer, conversation_id: 'conv_floor' };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  tellListening(app.server.address());
}
