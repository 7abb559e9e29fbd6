import type { WorkflowObserver } from '../../crews/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RunObserver } from '../../runs/index.ts';
import { newSpanId, type Span, spanIdOf, traceIdOf } from './span.ts';
import { SpanExporter, type SpanExporterDeps } from './span-exporter.ts';

export interface Tracing {
  readonly run: RunObserver;
  readonly workflow: WorkflowObserver;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/**
 * Spans by the conventions for generative AI: a crew's job is `invoke_workflow`, a run `invoke_agent`, inside it `chat` and
 * `execute_tool`. They name agents, models and tools, and count tokens; what anybody wrote is not in them. A job is one
 * trace, in however many processes it ran.
 */
export function createTracing({ clock, ...deps }: SpanExporterDeps & { readonly clock: Clock }): Tracing {
  const exporter = new SpanExporter(deps);

  const inRun = (
    runId: string,
    durationMs: number,
    span: Pick<Span, 'name' | 'kind' | 'attributes' | 'error'>,
  ): void => {
    const endMs = clock.now();
    exporter.add({
      ...{ traceId: traceIdOf(rootOf(runId)), spanId: newSpanId(), parentSpanId: spanIdOf(runId) },
      ...{ ...span, startMs: endMs - durationMs, endMs },
    });
  };

  return {
    run: {
      event({ runId, model }, event) {
        const { id } = model.info;
        const request = {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': id.includes('/') ? id.split('/', 1)[0] : id,
          'gen_ai.request.model': id,
        };
        switch (event.type) {
          case 'model.answered': {
            const { usage, finishReason, costNanoUsd } = event;
            const attributes = {
              ...request,
              'gen_ai.usage.input_tokens': usage.inputTokens,
              'gen_ai.usage.output_tokens': usage.outputTokens,
              'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens,
              'gen_ai.response.finish_reasons': [finishReason],
              'muster.cost_usd': Number(costNanoUsd) / 1e9,
            };
            inRun(runId, event.durationMs, { name: `chat ${id}`, kind: 'client', attributes });
            break;
          }
          case 'model.failed':
            inRun(runId, event.durationMs, {
              ...{ name: `chat ${id}`, kind: 'client', attributes: request, error: event.code },
            });
            break;
          case 'tool.completed': {
            const attributes = {
              'gen_ai.operation.name': 'execute_tool',
              'gen_ai.tool.name': event.name,
              'gen_ai.tool.call.id': event.callId,
            };
            const error = event.isError ? 'tool_error' : undefined;
            const name = `execute_tool ${event.name}`;
            inRun(runId, event.durationMs, { name, kind: 'internal', attributes, error });
            break;
          }
          default:
            break;
        }
      },

      ended({ runId, agentId, model }, result, startedAt) {
        const root = rootOf(runId);
        exporter.add({
          ...{ traceId: traceIdOf(root), spanId: spanIdOf(runId) },
          ...(root !== runId && { parentSpanId: spanIdOf(root) }),
          ...{ name: `invoke_agent ${agentId}`, kind: 'internal', startMs: startedAt, endMs: clock.now() },
          attributes: {
            'gen_ai.operation.name': 'invoke_agent',
            'gen_ai.agent.id': agentId,
            'gen_ai.request.model': model.info.id,
            'gen_ai.usage.input_tokens': result.usage.inputTokens,
            'gen_ai.usage.output_tokens': result.usage.outputTokens,
            'muster.run.id': runId,
            'muster.status': result.status,
          },
          error: result.status === 'failed' ? 'run_failed' : undefined,
        });
      },
    },

    workflow({ jobId, crewId, crewName, startedAt, error }) {
      exporter.add({
        ...{ traceId: traceIdOf(jobId), spanId: spanIdOf(jobId), name: `invoke_workflow ${crewName}` },
        ...{ kind: 'internal', startMs: startedAt, endMs: clock.now(), error },
        attributes: {
          'gen_ai.operation.name': 'invoke_workflow',
          'gen_ai.workflow.name': crewName,
          'muster.crew.id': crewId,
          'muster.job.id': jobId,
        },
      });
    },

    close: () => exporter.flush(),
  };
}

/** The job of a crew that a run belongs to, or the run itself. */
function rootOf(runId: string): string {
  return runId.split('/', 1)[0] ?? runId;
}
