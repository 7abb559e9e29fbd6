import { MusterError } from '../lib/errors.ts';
import { firstSignal } from '../lib/first-signal.ts';
import type { Logger } from '../lib/logger.ts';
import { bounded, failure } from './outcome.ts';
import { simulateTool } from './simulate-tool.ts';
import type { Tool, ToolContext, ToolOutcome } from './types.ts';
import type { ArgumentsReader } from './validate-arguments.ts';

export interface RunToolOptions {
  readonly timeoutMs: number;
}

export interface RunToolParts {
  readonly reader: ArgumentsReader;
  readonly logger?: Pick<Logger, 'error'> | undefined;
  /** Accounts from which nothing may leave this server: their remote tools are simulated. */
  readonly isSandbox?: ((accountId: string) => boolean | Promise<boolean>) | undefined;
}

/**
 * Whatever the model wrote and whatever the tool does, the result is an outcome that the model can read; only an abort
 * of `context.signal` throws, with its reason. Ends by the deadline even when the tool does not heed its signal.
 */
export async function runTool(
  { reader, logger, isSandbox }: RunToolParts,
  tool: Tool,
  argumentsText: string,
  context: ToolContext,
  { timeoutMs }: RunToolOptions,
): Promise<ToolOutcome> {
  context.signal.throwIfAborted();
  const read = reader.read(argumentsText, tool.parameters);
  if (!read.ok) return { ...bounded(failure(read.complaint)), wasCalled: false };
  if (tool.isRemote && (await isSandbox?.(context.accountId))) return bounded(simulateTool(tool, read.args));

  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const { signal, release } = firstSignal(context.signal, deadline.signal);
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    const run = async () => tool.run(read.args, { ...context, signal });
    return bounded(await Promise.race([run(), ended.promise]));
  } catch (cause) {
    context.signal.throwIfAborted();
    if (deadline.signal.aborted) {
      return failure(
        `${tool.name} did not answer within ${timeoutMs / 1000} s. Try a smaller request, or go on without it.`,
      );
    }
    if (cause instanceof MusterError) return bounded(failure(cause.message));
    logger?.error(
      { err: cause, tool: tool.name, runId: context.runId, callId: context.callId },
      'a tool threw',
    );
    return failure(`${tool.name} failed for a reason that the server's log holds. Go on without it.`);
  } finally {
    clearTimeout(timer);
    release();
    signal.removeEventListener('abort', end);
  }
}

/** For a name that the model made up. */
export function unknownTool(name: string, offered: readonly Tool[]): ToolOutcome {
  const names = offered.map((tool) => tool.name).join(', ');
  const known = names === '' ? 'There are no tools.' : `The tools are: ${names}.`;
  return bounded(failure(`There is no tool named '${name.slice(0, 100)}'. ${known}`));
}
