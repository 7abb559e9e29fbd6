import type { Config } from '../config/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Logger } from '../lib/logger.ts';
import { calculatorTool } from './built-in/calculator.ts';
import { currentTimeTool } from './built-in/current-time.ts';
import { fileReaderTool } from './built-in/file-reader.ts';
import { httpRequestTool } from './built-in/http-request.ts';
import { knowledgeSearchTool } from './built-in/knowledge-search.ts';
import { webSearchTool } from './built-in/web-search.ts';
import { toolErrors } from './errors.ts';
import { type RunToolOptions, runTool, unknownTool } from './run-tool.ts';
import type { KnowledgePort, Tool, ToolContext, ToolOutcome } from './types.ts';
import { createArgumentsReader } from './validate-arguments.ts';

export interface ToolsOptions {
  readonly config: Pick<Config, 'TAVILY_API_KEY' | 'BRAVE_API_KEY' | 'SEARXNG_URL'>;
  readonly guardedHttp: GuardedHttp;
  readonly knowledge: KnowledgePort;
  readonly clock: Clock;
  /** Hosts that `http_request` may reach for every agent; none by default. See ToolContext.allowedHosts. */
  readonly httpRequestHosts?: readonly string[];
  /** Hears of tools that threw; the model is told only that they failed. */
  readonly logger?: Pick<Logger, 'error'>;
  /** Accounts from which nothing may leave this server: their remote tools answer by simulateTool. None by default. */
  readonly isSandbox?: (accountId: string) => boolean | Promise<boolean>;
}

export interface ToolRegistry {
  /** The built-in tools, always in the same order. */
  list(): readonly Tool[];
  get(name: string): Tool | undefined;
  /** The tool, or throws `tool_not_found`. */
  require(name: string): Tool;
  /**
   * Never throws for what the model wrote or the tool did: those are outcomes with `isError`. An abort of
   * `context.signal` throws its reason. `tool` may come from elsewhere (custom, MCP); it is run by the same rules.
   */
  runTool(
    tool: Tool,
    argumentsText: string,
    context: ToolContext,
    options: RunToolOptions,
  ): Promise<ToolOutcome>;
  /** The same by the name that the model called; one that is not among `offered` is an outcome that names those. */
  runNamed(
    name: string,
    offered: readonly Tool[],
    argumentsText: string,
    context: ToolContext,
    options: RunToolOptions,
  ): Promise<ToolOutcome>;
}

export function createTools(options: ToolsOptions): ToolRegistry {
  const { config, guardedHttp, knowledge, clock } = options;
  const builtIn: readonly Tool[] = [
    webSearchTool({ config, guardedHttp }),
    calculatorTool(),
    fileReaderTool({ knowledge }),
    knowledgeSearchTool({ knowledge }),
    httpRequestTool({ guardedHttp, hosts: options.httpRequestHosts ?? [] }),
    currentTimeTool({ clock }),
  ];
  const byName = new Map(builtIn.map((tool) => [tool.name, tool]));
  const { logger, isSandbox } = options;
  const parts = { reader: createArgumentsReader(), logger, isSandbox };

  return {
    list: () => builtIn,
    get: (name) => byName.get(name),
    require(name) {
      const tool = byName.get(name);
      if (tool) return tool;
      throw toolErrors.tool_not_found(
        `There is no tool named '${name.slice(0, 100)}'. GET /tools lists them.`,
      );
    },
    runTool: (tool, argumentsText, context, runOptions) =>
      runTool(parts, tool, argumentsText, context, runOptions),
    async runNamed(name, offered, argumentsText, context, runOptions) {
      const tool = offered.find((candidate) => candidate.name === name);
      return tool ? runTool(parts, tool, argumentsText, context, runOptions) : unknownTool(name, offered);
    },
  };
}
