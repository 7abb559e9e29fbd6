import { hasProc } from '../procs/proc-stat.ts';
import { compareChat, cpuFigure, throughput } from './chat.ts';
import type { Scenario } from './scenario.ts';

/** The proxy still forwards one plain answer: two model calls and the tool between them are the agent's work. */
export const toolCall: Scenario = {
  name: 'tool',
  title: 'a turn of two model calls with one tool call between them',
  async run(bench) {
    const muster = await bench.muster();
    const pairs = await compareChat(bench, muster, bench.proxy, 32, {
      model: 'mock-tool',
      tools: ['calculator'],
    });
    const figures = throughput('32 concurrent', pairs, 0.12, 0.18);
    return hasProc ? [...figures, cpuFigure('32 concurrent', pairs)] : figures;
  },
};
