import type { RunEvent, RunSink } from './events.ts';

type DeltaEvent = Extract<RunEvent, { readonly text: string }>;

/** Deltas of one kind that follow one another are one row; `cuts` are the lengths of all its pieces but the last. */
type Row = Exclude<RunEvent, DeltaEvent> | (DeltaEvent & { readonly cuts?: readonly number[] });

/**
 * A run's events, kept so that they can be played back one by one, equal to the first time and with the same pieces of
 * text. Costs an addition a delta.
 */
export class RunRecording {
  readonly #rows: Row[] = [];
  #open: DeltaEvent | undefined;
  #pieces: string[] = [];

  record(event: RunEvent): void {
    if (!('text' in event)) {
      this.#close();
      this.#rows.push(event);
      return;
    }
    const open = this.#open;
    if (open?.type !== event.type || indexOf(open) !== indexOf(event)) {
      this.#close();
      this.#open = event;
    }
    this.#pieces.push(event.text);
  }

  /** Plays all that was recorded so far. */
  replay(sink: RunSink): void {
    this.#close();
    for (const row of this.#rows) play(row, sink);
  }

  toJson(): string {
    this.#close();
    return JSON.stringify(this.#rows, (_key, value) =>
      typeof value === 'bigint' ? { bigint: value.toString() } : value,
    );
  }

  static replayJson(json: string, sink: RunSink): void {
    // Written by toJson alone.
    const rows = JSON.parse(json, (_key, value) =>
      typeof value === 'object' && value !== null && typeof value.bigint === 'string'
        ? BigInt(value.bigint)
        : value,
    ) as Row[];
    for (const row of rows) play(row, sink);
  }

  #close(): void {
    const open = this.#open;
    if (!open) return;
    const text = this.#pieces.join('');
    const cuts = this.#pieces.slice(0, -1).map((piece) => piece.length);
    this.#rows.push(cuts.length > 0 ? { ...open, text, cuts } : { ...open, text });
    this.#open = undefined;
    this.#pieces = [];
  }
}

function play(row: Row, sink: RunSink): void {
  if (!('text' in row) || !row.cuts) {
    sink(row);
    return;
  }
  const { cuts, ...event } = row;
  let start = 0;
  for (const length of cuts) {
    sink({ ...event, text: event.text.slice(start, start + length) });
    start += length;
  }
  sink({ ...event, text: event.text.slice(start) });
}

function indexOf(event: DeltaEvent): number {
  return event.type === 'client_call.delta' ? event.index : 0;
}
