import { bothMedians, busyText, comparePairs, cpuUsPerChunk, type Pair, roundsFigure } from '../compare.ts';
import { hasProc } from '../procs/proc-stat.ts';
import type { Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

/** The Responses API beside Chat Completions, on one server. */
export const responses: Scenario = {
  name: 'responses',
  title: 'Responses streams beside Chat Completions streams',
  async run(bench) {
    const chat = await bench.muster();
    const subject: Target = {
      ...chat,
      name: 'responses',
      request: (model, options) => chat.request(model, { ...options, api: 'responses' }),
    };
    const compare = (streams: number, chunks: number, gapMs: number, measureMs: number): Promise<Pair[]> =>
      comparePairs(bench, subject, chat, async (target) => ({
        kind: 'streams',
        port: target.port,
        request: await target.request(`mock-stream-${chunks}-${gapMs}`, { stream: true }),
        streams,
        chunksPerStream: chunks,
        warmMs: Math.max(1_000, chunks * gapMs * 1.1),
        measureMs: bench.ms(measureMs),
      }));
    const few = await compare(32, 100, 20, 6_000);
    const many = hasProc ? await compare(200, 100, 20, 4_000) : [];
    const first = (pair: Pair): number => pair.subject.latencyMs.p50;
    return [
      roundsFigure(
        { name: '32 streams: first event p50', unit: 'ms', reach: { atMost: 2 }, aim: { atMost: 1 } },
        few,
        first,
        `${bothMedians(few, (side) => side.latencyMs.p50, 'ms (chat: its first token)')}; ${busyText(few)}`,
      ),
      roundsFigure(
        { name: '32 streams: first event p99', unit: 'ms' },
        few,
        (pair) => pair.subject.latencyMs.p99,
        bothMedians(few, (side) => side.latencyMs.p99, 'ms'),
      ),
      ...(many.length === 0
        ? []
        : [
            roundsFigure(
              { name: '200 streams: CPU a delta × chat', reach: { atMost: 1.3 }, aim: { atMost: 1.1 } },
              many,
              (pair) => cpuUsPerChunk(pair.subject) / cpuUsPerChunk(pair.base),
              `${bothMedians(many, cpuUsPerChunk, 'µs')}; ${busyText(many)}`,
            ),
          ]),
    ];
  },
};
