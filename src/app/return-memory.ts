import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { garbageCollector } from '../lib/garbage-collector.ts';
import type { Logger } from '../lib/logger.ts';

const LOOK_EVERY_MS = 5_000;
/** Share of the time that the event loop may have worked since the last look, for the server to count as idle. */
const IDLE_SHARE = 0.02;
/**
 * So many idle looks in a row, a minute of them, make a collection. It takes from V8 what it had learnt of objects of which
 * none is alive at that moment: the code that it had compiled for them goes, and the requests of the next seconds cost up
 * to half as much again. So a pause between two rushes is no idleness.
 */
const IDLE_LOOKS = 12;
/** What a start leaves behind is mostly garbage: the first look comes early and is content with less idleness. */
const FIRST_LOOK_MS = 1_500;
const FIRST_IDLE_SHARE = 0.3;
/** Less is not worth a pause. */
const WORTH_BYTES = 6 * 1024 * 1024;

/**
 * Gives memory back that start-up or a rush has left behind, while nobody waits: V8 collects when it needs room, and an
 * idle server never does, so it would keep its garbage for good. A collection pauses some 30 ms; after that of start-up
 * none begins unless the event loop was idle for a minute. For as long as the process lives.
 */
export function returnMemoryWhenIdle(logger: Pick<Logger, 'debug'>): void {
  const collect = garbageCollector();
  let seen = performance.eventLoopUtilization();
  let settledBytes = 0;
  let idleLooks = 0;
  const look = (idleShare: number): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, seen);
    seen = now;
    idleLooks = utilization <= idleShare ? idleLooks + 1 : 0;
    // Until it has collected for the first time it has nothing to lose.
    if (idleLooks < (settledBytes === 0 ? 1 : IDLE_LOOKS)) return;
    const before = heldBytes();
    if (before < settledBytes + WORTH_BYTES) return;
    collect();
    settledBytes = heldBytes();
    idleLooks = 0;
    seen = performance.eventLoopUtilization();
    logger.debug({ before, after: settledBytes }, 'Gave unused memory back');
  };
  setTimeout(look, FIRST_LOOK_MS, FIRST_IDLE_SHARE).unref();
  setInterval(look, LOOK_EVERY_MS, IDLE_SHARE).unref();
}

/** The heap and what its objects hold outside of it, such as buffers. */
function heldBytes(): number {
  const { total_physical_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}
