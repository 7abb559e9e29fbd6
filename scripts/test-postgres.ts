// `npm run test:postgres`: the tests that touch stored data, once more, on a real PostgreSQL that is started for them.
// Other paths than the usual ones can be given: npm run test:postgres -- src/billing/*.test.ts
import { startPostgresServer } from '../src/testing/postgres-server.ts';
import { runTests } from './run-tests.ts';

/** Every store once, and the ways that use most of them: jobs, crews, background responses, threads, the bill. */
const SUITES = [
  'src/{db,billing,accounts,agents,idempotency,memory,providers,schedules}/*.test.ts',
  'src/{audit,crews}/**/*.test.ts',
  'src/{webhooks,schedules}/*.test.ts',
  'src/engine/dbos/{open-pool,sharing}.test.ts',
  'src/knowledge/{knowledge,search,indexing-queue,download-queue}.test.ts',
  'test/conformance/{embedded-engine,dbos-engine,conversations,responses-background,responses-stored}.test.ts',
  'src/app/export-account.test.ts',
  'test/http/{account-deletion,account-export,analytics,billing,conversations,crews,documents,idempotency,limits,usage}.test.ts',
  'test/e2e/crew-{jobs,models,socket}.test.ts',
];

const paths = process.argv.slice(2);
const server = await startPostgresServer();
try {
  process.exitCode = await runTests(paths.length > 0 ? paths : SUITES, {
    MUSTER_TEST_DATABASE: server.url(),
  });
} finally {
  await server.remove();
}
