import type { Tracing } from './otlp/create-tracing.ts';
import type { MetricsExport } from './otlp/export-metrics.ts';

export { createMetrics, type Metrics } from './create-metrics.ts';
export type { Tracing } from './otlp/create-tracing.ts';
export type { MetricsExport } from './otlp/export-metrics.ts';

/** Loaded only where traces are wanted. */
export async function startTracing(
  ...args: Parameters<typeof import('./otlp/create-tracing.ts').createTracing>
): Promise<Tracing> {
  return (await import('./otlp/create-tracing.ts')).createTracing(...args);
}

/** Loaded only where a collector wants metrics. */
export async function startMetricsExport(
  ...args: Parameters<typeof import('./otlp/export-metrics.ts').exportMetrics>
): Promise<MetricsExport> {
  return (await import('./otlp/export-metrics.ts')).exportMetrics(...args);
}
