import type { MusterError } from '../lib/errors.ts';
import { Slots } from '../lib/slots.ts';
import { limitErrors } from './errors.ts';
import type { LoopDelay } from './loop-delay.ts';

/** 0 is no bound. */
export interface AdmissionBounds {
  readonly loopDelayMs: number;
  readonly waitingWrites: number;
  readonly bodyBytes: number;
}

/** Reads go on for longer than what writes or runs something: they are short, and people look what is going on. */
export type Work = 'read' | 'write';

export interface HeldBody {
  /** How large it says that it will be. */
  readonly bytes: number;
  /** How much of it has come; undefined when its client is gone. */
  readonly arrived: () => number | undefined;
}

/** What a body takes until it leaves. */
export interface Room {
  /** Gives it back; the second time nothing happens. */
  readonly leave: () => void;
}

export interface Admission {
  /** Why work that begins now would be too much; undefined when it is welcome. Asked before anything is done for it. */
  refusal(work: Work): MusterError | undefined;
  /**
   * Room for a body, or why there is none. A body has room beside nothing however large it is, and room that others have
   * asked for and do not fill is given away: who sends slowly, or nothing, keeps nobody out.
   */
  enter(body: HeldBody): Room | MusterError;
  /** What is too much at this moment, in words; undefined when nothing is. */
  trouble(): string | undefined;
}

const READS_BEAR = 2;
const RETRY_MS = 1_000;

/** Decides whether a request may begin by what the process has to do already. */
export function createAdmission({
  loopDelay,
  waitingWrites,
  bounds,
}: {
  loopDelay: LoopDelay;
  waitingWrites: () => number;
  bounds: AdmissionBounds;
}): Admission {
  const inside = new Slots<Room & { readonly body: HeldBody }>();
  let announced = 0;
  const isOver = (value: number, bound: number): boolean => bound > 0 && value > bound;

  function excess(times: number): string | undefined {
    if (isOver(loopDelay.look(), bounds.loopDelayMs * times)) return 'it has fallen behind';
    if (isOver(waitingWrites(), bounds.waitingWrites * times)) return 'too many writes wait for the database';
    return undefined;
  }

  function makeRoom(body: HeldBody): Room {
    let isInside = true;
    const leave = (): void => {
      if (!isInside) return;
      isInside = false;
      inside.take(slot);
      announced -= body.bytes;
    };
    const held = { body, leave };
    const slot = inside.add(held);
    announced += body.bytes;
    return held;
  }

  /** Those whose clients are gone leave: not every reply that was never begun tells of its end. */
  function countArrived(): number {
    let sum = 0;
    for (const { body, leave } of inside) {
      const arrived = body.arrived();
      if (arrived === undefined) leave();
      else sum += arrived;
    }
    return sum;
  }

  return {
    refusal(work) {
      const reason = excess(work === 'read' ? READS_BEAR : 1);
      return reason === undefined ? undefined : overloaded(reason);
    },

    enter(body) {
      if (isOver(announced + body.bytes, bounds.bodyBytes)) {
        const arrived = countArrived();
        if (inside.size > 0 && isOver(arrived + body.bytes, bounds.bodyBytes)) {
          return overloaded('it holds as many request bodies as it has room for');
        }
      }
      return makeRoom(body);
    },

    trouble: () => excess(1),
  };
}

function overloaded(reason: string): MusterError {
  return limitErrors.overloaded(
    `The server is overloaded: ${reason}. Nothing was begun; try again in a second.`,
    {
      retryAfterMs: RETRY_MS,
    },
  );
}
