/**
 * A process with an engine on a data folder, for the chaos test to kill: `engine-child.ts HOME RECORD [FAULT]`. It makes
 * the jobs that are not there yet, answers what they wait for, and ends when all have ended. Everything that its steps
 * do to the outside, and everything that it was told is safe, is a line of RECORD.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSolePresence, openSqliteDatabase } from '../../src/db/index.ts';
import { createEmbeddedEngine, joinBranches } from '../../src/engine/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { noFaults } from '../../src/lib/fault-points.ts';
import { faultAt } from '../../src/testing/fault-points.ts';
import { ACCOUNT, JOBS } from './engine-jobs.ts';

const [home = '', record = '', fault] = process.argv.slice(2);
/** What is in the system's hands survives the death of the process, as a call that has left it does. */
const note = (line: string): void => appendFileSync(record, `${line}\n`);

const db = await openSqliteDatabase(join(home, 'muster.db'));
const { build } = db;
const account = { id: ACCOUNT, name: 'a', tier: 'enterprise', limits: null, status: 'active', created_at: 1 };
await db.write([
  db.statement(
    build
      .insertInto('accounts')
      .values({ ...account, balance_nano_usd: 0n, held_nano_usd: 0n })
      .onConflict((conflict) => conflict.doNothing()),
  ),
]);
const charge = (id: string) =>
  db.statement(
    build.insertInto('ledger').values({
      id,
      account_id: ACCOUNT,
      kind: 'charge',
      amount_nano_usd: -1n,
      run_id: null,
      reason: 'chaos',
      price: null,
      actor: null,
      created_at: 1,
    }),
  );

const presence = createSolePresence(db);
await presence.start();
const engine = createEmbeddedEngine({
  db,
  presence,
  clock: systemClock,
  log: { warn: () => undefined, error: (...said: unknown[]) => note(`error ${JSON.stringify(said)}`) },
  faults: fault === undefined ? noFaults : faultAt(fault),
});
engine.register('chaos', {
  async run({ id, steps }) {
    const call = (within: typeof steps, name: string) =>
      within.step(name, async (step) => {
        note(`call ${step.idempotencyKey}`);
        step.live({ type: 'delta', data: { text: name } });
        // The words go out while the step runs.
        await new Promise((resolve) => setTimeout(resolve, 2));
        const events = [{ type: 'called', data: { key: step.idempotencyKey } }];
        return { value: 1, events, statements: [charge(step.idempotencyKey)] };
      });
    await steps.emit('begin', [{ type: 'begin', data: {} }]);
    let sum = await call(steps, 'one');
    for (const value of await joinBranches(
      ['left', 'right'].map((name) => call(steps.within(name), 'two')),
    )) {
      sum += value;
    }
    const answer = await steps.waitFor('approval', { events: [{ type: 'asked', data: {} }] });
    sum += await call(steps, 'three');
    return { result: { sum, answer }, statements: [charge(`${id}/end`)] };
  },
});
await engine.start();

await Promise.all(
  JOBS.map(async (id) => {
    if (!(await engine.get(ACCOUNT, id))) {
      await engine.enqueue({ id, accountId: ACCOUNT, kind: 'chaos', input: null });
      note(`accepted ${id}`);
    }
    const answered = async (): Promise<void> => {
      const answer = await engine.answer(ACCOUNT, id, 'approval', 'yes');
      if (answer === 'answered') note(`answered ${id}`);
    };
    const subscription = await engine.subscribe(ACCOUNT, id, 0, {
      onEvents: (events) => (events.some(({ type }) => type === 'asked') ? answered() : undefined),
    });
    await engine.waitUntilEnded(ACCOUNT, id);
    note(`ended ${id}`);
    subscription?.close();
  }),
);
await engine.drain(1_000);
engine.close();
await db.close();
