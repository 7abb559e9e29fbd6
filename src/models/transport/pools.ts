import { type Dispatcher, Pool } from '../../lib/undici/index.ts';

/** Keeps one connection pool an origin, and closes them together. */
export interface Pools {
  dispatcherOf(origin: string): Dispatcher;
  close(): Promise<void>;
}

/**
 * Pools without a bound on connections: how many calls run at once is decided before, by limits and holds. HTTP/1.1
 * only: a streamed answer on its own connection can be paused and torn down without touching its neighbours.
 */
export function createPools(connectMs: number): Pools {
  const pools = new Map<string, Pool>();
  return {
    dispatcherOf(origin) {
      let pool = pools.get(origin);
      if (pool === undefined) {
        pool = new Pool(origin, {
          allowH2: false,
          pipelining: 1,
          keepAliveTimeout: 30_000,
          connect: { timeout: connectMs },
        });
        pools.set(origin, pool);
      }
      return pool;
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}
