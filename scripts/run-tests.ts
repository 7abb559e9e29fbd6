import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Two files at once even on two cores: much of a test is waiting for a disk or for another process. */
const CONCURRENCY = Math.max(2, availableParallelism() - 1);
/** The sources are stripped of types and compiled once, not anew by the process of each test file. */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/tests', import.meta.url));
/** Of a test that hangs. Some ask for all that the server has, one thing after the other: a slow machine may take its time. */
const TIMEOUT_MS = 300_000;

/** Runs test files and returns their exit code. */
export async function runTests(paths: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const tests = spawn(
    process.execPath,
    ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TIMEOUT_MS}`, ...paths],
    { stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env } },
  );
  const [code] = await once(tests, 'exit');
  return typeof code === 'number' ? code : 1;
}
