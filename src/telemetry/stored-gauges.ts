import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { gauge } from './instruments.ts';

/** Of all accounts together: for whoever runs the server. Each is a look at an index of what is open. */
export async function readStored(db: Pick<Database, 'all' | 'first' | 'build'>): Promise<string[]> {
  const { build } = db;
  const count = sql<number>`count(*)`.as('count');
  const [jobs, holds, deliveries, schedules] = await Promise.all([
    db.all(
      build.selectFrom('jobs').select(['status', count]).where('finished_at', 'is', null).groupBy('status'),
    ),
    db.first(
      build
        .selectFrom('holds')
        .select([count, sql<bigint>`coalesce(sum(amount_nano_usd), 0)`.as('sum_nano_usd')]),
    ),
    db.first(build.selectFrom('webhook_deliveries').select(count).where('status', '=', 'pending')),
    db.first(build.selectFrom('schedules').select(count).where('is_enabled', '=', 1)),
  ]);
  const open = new Map(jobs.map((row) => [row.status, Number(row.count)]));
  return [
    ...gauge(
      'muster_jobs_open',
      'Jobs that have not ended.',
      ['queued', 'running', 'waiting_for_input'].map((status) => ({
        labels: { status },
        value: open.get(status) ?? 0,
      })),
    ),
    ...gauge('muster_credit_holds_open', 'Credit holds of calls under way.', [
      { value: Number(holds?.count ?? 0) },
    ]),
    ...gauge('muster_credit_held_usd', 'What they hold.', [
      { value: Number(holds?.sum_nano_usd ?? 0n) / 1e9 },
    ]),
    ...gauge('muster_webhook_deliveries_pending', 'Deliveries with an attempt to come.', [
      { value: Number(deliveries?.count ?? 0) },
    ]),
    ...gauge('muster_schedules_enabled', 'Schedules with a time to come.', [
      { value: Number(schedules?.count ?? 0) },
    ]),
  ];
}
