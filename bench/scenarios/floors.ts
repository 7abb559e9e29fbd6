import { bothMedians, busyText, requestsPerSecond, roundsFigure } from '../compare.ts';
import { hasProc } from '../procs/proc-stat.ts';
import type { Figure } from '../report/figure.ts';
import { startOwnTarget } from '../targets/own-target.ts';
import { compareChat, cpuFigure } from './chat.ts';
import type { Scenario } from './scenario.ts';
import { cpuAChunk, unpaced } from './streams.ts';

const floorFile = new URL('../servers/floor-fastify.ts', import.meta.url);

export const floors: Scenario = {
  name: 'floors',
  title: 'is the harness sane? Fastify and an undici pool, which keep nothing, against the proxy',
  onlyByName: true,
  async run(bench) {
    const floor = await startOwnTarget(bench.processes, 'floor-fastify', floorFile, bench.upstream.port);
    const figures: Figure[] = [];
    for (const connections of [1, 32, 128]) {
      const pairs = await compareChat(bench, floor, bench.proxy, connections);
      figures.push(
        roundsFigure(
          { name: `${connections} concurrent: req/s × proxy` },
          pairs,
          (pair) => requestsPerSecond(pair.subject) / requestsPerSecond(pair.base),
          `${bothMedians(pairs, requestsPerSecond, 'req/s')}; ${busyText(pairs)}`,
        ),
      );
      if (hasProc) figures.push(cpuFigure(`${connections} concurrent`, pairs));
    }
    if (hasProc) figures.push(await cpuAChunk(bench, floor));
    figures.push(await unpaced(bench, floor));
    await floor.process.stop();
    return figures;
  },
};
