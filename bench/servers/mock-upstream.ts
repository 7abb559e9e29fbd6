/** An OpenAI-compatible upstream with no delay of its own, as cheap as plain node:http allows. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { writeMark } from '../marks.ts';
import { monotonicUs } from '../monotonic.ts';
import { tellListening } from '../procs/own-server.ts';
import {
  ANSWER_TEXT,
  answerBody,
  contentFrame,
  endFrames,
  mockModel,
  roleFrame,
  toolCallBody,
  toolCallFrame,
} from './mock-answers.ts';

const END = endFrames('stop');
const SSE_HEAD = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

function sendJson(res: ServerResponse, status: number, body: Buffer): void {
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  res.end(body);
}

/** Chunk k falls due k gaps after the start, so that a late timer delays one chunk and not all after it. */
function sendStream(res: ServerResponse, chunks: number, gapMs: number): void {
  res.writeHead(200, SSE_HEAD);
  const startedMs = performance.now();
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  const sendDue = (): void => {
    const dueAt = (chunk: number): number => startedMs + chunk * gapMs;
    const nowMs = performance.now();
    while (sent < chunks && dueAt(sent) <= nowMs && !res.writableNeedDrain) {
      const mark = contentFrame(writeMark(monotonicUs()));
      res.write(sent === 0 ? roleFrame + mark : mark, 'latin1');
      sent++;
    }
    if (sent === chunks && dueAt(chunks) <= nowMs) res.end(END, 'latin1');
    else timer = setTimeout(sendDue, res.writableNeedDrain ? 1 : dueAt(sent) - performance.now());
  };
  res.on('close', () => clearTimeout(timer));
  sendDue();
}

function sendFrames(res: ServerResponse, frames: string): void {
  res.writeHead(200, SSE_HEAD);
  res.end(frames);
}

const oneChunkAnswer = roleFrame + contentFrame(ANSWER_TEXT) + END;
const oneToolCall = roleFrame + toolCallFrame + endFrames('tool_calls');
const unknownModel = Buffer.from(
  '{"error":{"message":"No such mock model.","type":"invalid_request_error"}}',
);

function answer(res: ServerResponse, body: string): void {
  const model = mockModel(/"model" ?: ?"([^"]*)"/.exec(body)?.[1] ?? '');
  const streams = /"stream" ?: ?true/.test(body);
  if (model === undefined) sendJson(res, 404, unknownModel);
  else if (model.kind === 'stream' && streams) sendStream(res, model.chunks, model.gapMs);
  else if (model.kind === 'tool' && !/"role" ?: ?"tool"/.test(body)) {
    if (streams) sendFrames(res, oneToolCall);
    else sendJson(res, 200, toolCallBody);
  } else if (streams) sendFrames(res, oneChunkAnswer);
  else sendJson(res, 200, answerBody);
}

const server = createServer({ keepAliveTimeout: 600_000 }, (req: IncomingMessage, res: ServerResponse) => {
  res.sendDate = false;
  let body = '';
  req.on('data', (piece: Buffer) => {
    body += piece.toString('latin1');
  });
  req.on('end', () => answer(res, body));
});
server.listen(0, '127.0.0.1', () => tellListening(server.address()));
