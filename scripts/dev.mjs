// `npm run dev`: the server from its sources, restarted when one changes, and the console from its own, which reload in
// the browser.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { viteConfig } from '../web/vite.config.ts';

const serverUrl = `http://127.0.0.1:${process.env.PORT ?? 8000}`;
const script = fileURLToPath(new URL('dev-server.mjs', import.meta.url));
const server = spawn(process.execPath, ['--watch', script, ...process.argv.slice(2)], { stdio: 'inherit' });

const vite = await createServer(viteConfig({ outDir: 'dist/console-dev', serverUrl }));
await vite.listen();
process.stdout.write(`Console with reload: ${vite.resolvedUrls?.local[0] ?? 'no address'}\n`);

// Ctrl-C reaches the server by itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => server.kill('SIGTERM'));
server.on('exit', (code) => process.exit(code ?? 1));
