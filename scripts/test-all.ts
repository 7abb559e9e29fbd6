// `npm run test:all`: every test, on SQLite. Some of them: npm run test:all -- 'src/billing/*.test.ts'
import { runTests } from './run-tests.ts';

const paths = process.argv.slice(2);
process.exitCode = await runTests(
  paths.length > 0 ? paths : ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
);
