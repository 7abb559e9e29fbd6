/**
 * What durable jobs cost at the least: the rows of the same three steps on a data folder (JOBS_HOME), in a worker with
 * group commit, and nothing around them: no claims, no leases, no log that anybody follows.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type JobResult, readJobRequest, tellJobResult } from '../load/job-messages.ts';
import { startGroupWriter } from './group-writer.ts';

const STEPS = ['one', 'two', 'three'];
const AT_ONCE = 32;

/** What is kept before a job goes on. */
type Write = readonly ['begin' | 'end' | 'step', string, string];

if (isMainThread) serveLoad(startGroupWriter<Write>(new Worker(new URL(import.meta.url))));
else keepWrites();

function keepWrites(): void {
  const db = new DatabaseSync(join(process.env.JOBS_HOME ?? '', 'floor.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE jobs (id TEXT PRIMARY KEY, status TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE steps (job_id TEXT, name TEXT, value TEXT, PRIMARY KEY (job_id, name)) WITHOUT ROWID;
    CREATE TABLE events (job_id TEXT, seq INTEGER, data TEXT, PRIMARY KEY (job_id, seq)) WITHOUT ROWID;
    CREATE TABLE ledger (id TEXT PRIMARY KEY, amount INTEGER) WITHOUT ROWID;`);
  const begin = db.prepare("INSERT INTO jobs VALUES (?, 'running')");
  const end = db.prepare("UPDATE jobs SET status = 'completed' WHERE id = ?");
  const step = db.prepare('INSERT INTO steps VALUES (?, ?, ?)');
  const event = db.prepare(
    'INSERT INTO events VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE job_id = ?), ?)',
  );
  const charge = db.prepare('INSERT INTO ledger VALUES (?, -1)');
  parentPort?.on('message', (writes: readonly Write[]) => {
    db.exec('BEGIN');
    for (const [kind, id, name] of writes) {
      if (kind === 'begin') begin.run(id);
      else if (kind === 'end') end.run(id);
      else {
        step.run(id, name, JSON.stringify({ name }));
        event.run(id, id, JSON.stringify({ action: name }));
        charge.run(`${id}/${name}`);
      }
    }
    db.exec('COMMIT');
    parentPort?.postMessage('kept');
  });
}

function serveLoad(write: (write: Write) => Promise<void>): void {
  let made = 0;
  async function runJob(): Promise<void> {
    const id = `job_${(++made).toString().padStart(12, '0')}`;
    await write(['begin', id, '']);
    for (const name of STEPS) await write(['step', id, name]);
    await write(['end', id, '']);
  }
  async function load(measureMs: number): Promise<JobResult> {
    const cpu = process.cpuUsage();
    const beginMs = performance.now();
    let jobs = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (performance.now() - beginMs < measureMs) {
          await runJob();
          jobs += 1;
        }
      }),
    );
    const { user, system } = process.cpuUsage(cpu);
    return { kind: 'load', jobs, seconds: (performance.now() - beginMs) / 1000, cpuUs: user + system };
  }
  process.on('message', async (message) => tellJobResult(await load(readJobRequest(message).amount)));
  process.on('disconnect', () => process.exit());
  tellJobResult({ kind: 'ready' });
}
