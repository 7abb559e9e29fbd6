/** A server that dies at a named place: `faulty-server.ts job.before-finish@2`, with the settings of `muster serve`. */
import { serveUntilSignal } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { faultAt } from './fault-points.ts';

const [, , fault = ''] = process.argv;
await serveUntilSignal(loadConfig(process.env), { faults: faultAt(fault) });
