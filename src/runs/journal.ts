import type { Clock } from '../lib/clock.ts';
import type { RunEvent, RunSink } from './events.ts';

export interface Journal {
  readonly record: RunSink;
  /** JSON of the rows so far. */
  toJson(): string;
}

/**
 * Keeps a run's events for its trace: all but the deltas, each with its time. What tools were asked and answered is left
 * out, because the turn's items hold it.
 */
export function createJournal(clock: Clock): Journal {
  const rows: object[] = [];
  return {
    record(event) {
      const row = toRow(event);
      if (row) rows.push({ at: clock.now(), ...row, ...('costNanoUsd' in row && costText(row)) });
    },
    toJson: () => JSON.stringify(rows),
  };
}

/** A kept event: with its time, and with costs as texts, since JSON has no bigint. */
export type JournalRow = KeptEvent & { readonly at: number };

type KeptEvent = WithCostText<
  | Omit<Extract<RunEvent, { type: 'model.answered' }>, 'reasoning'>
  | Omit<Extract<RunEvent, { type: 'tool.called' }>, 'arguments'>
  | Omit<Extract<RunEvent, { type: 'tool.completed' }>, 'output'>
  | Extract<RunEvent, { type: 'model.called' | 'answer.rejected' | 'model.failed' }>
>;

type WithCostText<Event> = Event extends { readonly costNanoUsd: bigint }
  ? Omit<Event, 'costNanoUsd'> & { readonly costNanoUsd: string }
  : Event;

export function readJournal(text: string): readonly JournalRow[] {
  // Only a journal's toJson writes these texts.
  return JSON.parse(text) as readonly JournalRow[];
}

function toRow(event: RunEvent): Partial<RunEvent> | undefined {
  switch (event.type) {
    case 'run.started':
    case 'text.delta':
    case 'reasoning.delta':
    case 'refusal.delta':
    case 'client_call.started':
    case 'client_call.delta':
    case 'answer.cited':
      return undefined;
    case 'tool.called': {
      const { arguments: _, ...row } = event;
      return row;
    }
    case 'tool.completed': {
      const { output: _, ...row } = event;
      return row;
    }
    case 'model.answered': {
      const { reasoning: _, ...row } = event;
      return row;
    }
    case 'model.called':
    case 'answer.rejected':
    case 'model.failed':
      return event;
  }
}

/** JSON has no bigint. */
function costText({ costNanoUsd }: { costNanoUsd?: bigint | undefined }): { costNanoUsd: string } {
  return { costNanoUsd: String(costNanoUsd ?? 0n) };
}
