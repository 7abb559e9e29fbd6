/** The floor that every figure is a ratio to: a node:http pass-through with keep-alive on both sides, and nothing else. */
import { Agent, createServer, request } from 'node:http';
import { tellListening } from '../procs/own-server.ts';

const agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY });
const upstreamPort = Number(process.env.UPSTREAM_PORT);

const server = createServer({ keepAliveTimeout: 600_000 }, (req, res) => {
  const { connection: _, host: __, ...headers } = req.headers;
  const options = {
    agent,
    host: '127.0.0.1',
    port: upstreamPort,
    method: req.method,
    path: req.url,
    headers,
  };
  const upstream = request(options, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
  });
  upstream.on('error', () => {
    if (res.headersSent) res.destroy();
    else res.writeHead(502).end();
  });
  res.on('close', () => {
    if (!res.writableFinished) upstream.destroy();
  });
  req.pipe(upstream);
});
server.listen(0, '127.0.0.1', () => tellListening(server.address()));
