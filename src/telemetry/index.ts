import type { Tracing } from './otlp/create-tracing.ts';

export { createMetrics, type Metrics } from './create-metrics.ts';
export type { Tracing } from './otlp/create-tracing.ts';

/** Loaded only where traces are wanted. */
export async function startTracing(
  ...args: Parameters<typeof import('./otlp/create-tracing.ts').createTracing>
): Promise<Tracing> {
  return (await import('./otlp/create-tracing.ts')).createTracing(...args);
}
