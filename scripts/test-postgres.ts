// `npm run test:postgres`: the tests that touch stored data, once more, on a real PostgreSQL that is started for them.
// Other paths than the usual ones can be given: npm run test:postgres -- src/billing/*.test.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startPostgresServer } from '../src/testing/postgres-server.ts';

/** Every store once, and the ways that use most of them: jobs, crews, background responses, threads, the bill. */
const SUITES = [
  'src/{db,billing,accounts,agents,audit,idempotency,memory,providers,schedules}/*.test.ts',
  'src/crews/**/*.test.ts',
  'src/{webhooks,schedules}/*.test.ts',
  'src/knowledge/{knowledge,search}.test.ts',
  'test/conformance/{embedded-engine,conversations,responses-background,responses-stored}.test.ts',
  'test/http/{analytics,billing,conversations,crews,documents,idempotency,limits,usage}.test.ts',
  'test/e2e/crew-{jobs,models,socket}.test.ts',
];

const paths = process.argv.slice(2);
const server = await startPostgresServer();
try {
  const tests = spawn(
    process.execPath,
    ['--test', '--test-timeout=120000', ...(paths.length > 0 ? paths : SUITES)],
    { stdio: 'inherit', env: { ...process.env, MUSTER_TEST_DATABASE: server.url() } },
  );
  const [code] = await once(tests, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
} finally {
  await server.remove();
}
