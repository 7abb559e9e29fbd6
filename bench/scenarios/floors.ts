import type { Bench } from '../bench.ts';
import { bothMedians, busyText, requestsPerSecond, roundsFigure } from '../compare.ts';
import { hasProc } from '../procs/proc-stat.ts';
import type { Figure } from '../report/figure.ts';
import { makeHome } from '../targets/muster-home.ts';
import { startOwnTarget } from '../targets/own-target.ts';
import type { Target } from '../targets/target.ts';
import { addedP50, compareChat, cpuFigure } from './chat.ts';
import type { Scenario } from './scenario.ts';
import { cpuAChunk, unpaced } from './streams.ts';

const fastifyFile = new URL('../servers/floor-fastify.ts', import.meta.url);
const sqliteFile = new URL('../servers/floor-sqlite.ts', import.meta.url);

export const floors: Scenario = {
  name: 'floors',
  title:
    'is the harness sane, and what is possible here? Fastify and an undici pool, without and with three rows',
  onlyByName: true,
  async run(bench) {
    const fastify = await startOwnTarget(bench.processes, 'floor-fastify', fastifyFile, bench.upstream.port);
    const figures = await chatFigures(bench, fastify, 'nothing kept');
    if (hasProc) figures.push(await cpuAChunk(bench, fastify));
    figures.push(await unpaced(bench, fastify));
    await fastify.process.stop();
    const env = { FLOOR_HOME: (await makeHome()).path };
    const sqlite = await startOwnTarget(
      bench.processes,
      'floor-sqlite',
      sqliteFile,
      bench.upstream.port,
      env,
    );
    figures.push(...(await chatFigures(bench, sqlite, 'three rows kept')));
    await sqlite.process.stop();
    return figures;
  },
};

async function chatFigures(bench: Bench, floor: Target, what: string): Promise<Figure[]> {
  const alone = addedP50(await compareChat(bench, floor, bench.proxy, 1));
  const figures: Figure[] = [{ ...alone, name: `${what}, ${alone.name}` }];
  for (const connections of [32, 128]) {
    const pairs = await compareChat(bench, floor, bench.proxy, connections);
    const name = `${what}, ${connections} concurrent`;
    const detail = `${bothMedians(pairs, requestsPerSecond, 'req/s')}; ${busyText(pairs)}`;
    figures.push(
      roundsFigure(
        { name: `${name}: req/s × proxy` },
        pairs,
        (pair) => requestsPerSecond(pair.subject) / requestsPerSecond(pair.base),
        detail,
      ),
    );
    if (hasProc) figures.push(cpuFigure(name, pairs));
  }
  return figures;
}
