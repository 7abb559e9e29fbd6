import { LoadClient } from './load/load-client.ts';
import type { Options } from './options.ts';
import { startOwnServer } from './procs/own-server.ts';
import type { Processes, Started } from './procs/processes.ts';
import { makeHome } from './targets/muster-home.ts';
import { startMuster } from './targets/muster-target.ts';
import { startOwnTarget } from './targets/own-target.ts';
import type { Target } from './targets/target.ts';

/** What a scenario is given: the load, the mock upstream, the proxy, and servers to measure. */
export class Bench {
  readonly options: Options;
  readonly processes: Processes;
  readonly load: LoadClient;
  readonly upstream: { readonly port: number; readonly process: Started };
  readonly proxy: Target;
  #muster: Target | undefined;

  private constructor(
    options: Options,
    processes: Processes,
    load: LoadClient,
    upstream: Bench['upstream'],
    proxy: Target,
  ) {
    this.options = options;
    this.processes = processes;
    this.load = load;
    this.upstream = upstream;
    this.proxy = proxy;
  }

  static async start(options: Options, processes: Processes): Promise<Bench> {
    const upstream = await startOwnServer(
      processes,
      new URL('./servers/mock-upstream.ts', import.meta.url),
      'load',
    );
    const proxyFile = new URL('./servers/bare-proxy.ts', import.meta.url);
    const proxy = await startOwnTarget(processes, 'proxy', proxyFile, upstream.port);
    return new Bench(options, processes, new LoadClient(processes), upstream, proxy);
  }

  /** The one server that scenarios share; started anew when it has ended. Others start their own with startMuster. */
  async muster(): Promise<Target> {
    if (this.#muster === undefined || this.#muster.process.hasEnded()) {
      const home = await makeHome();
      this.#muster = await startMuster(this.processes, { home, upstreamPort: this.upstream.port });
    }
    return this.#muster;
  }

  /** A length of time in a full run, a third of it in a quick one. */
  ms(fullMs: number): number {
    return this.options.quick ? Math.ceil(fullMs / 3) : fullMs;
  }
}
