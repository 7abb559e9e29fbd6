import { chat } from './chat.ts';
import { floors } from './floors.ts';
import { jobs } from './jobs.ts';
import { lists } from './lists.ts';
import { memory } from './memory.ts';
import { million } from './million.ts';
import { processes } from './processes.ts';
import { responses } from './responses.ts';
import type { Scenario } from './scenario.ts';
import { sockets } from './sockets.ts';
import { start } from './start.ts';
import { streams } from './streams.ts';
import { toolCall } from './tool-call.ts';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  chat,
  toolCall,
  streams,
  responses,
  jobs,
  sockets,
  lists,
  memory,
  start,
  million,
  processes,
  floors,
];
