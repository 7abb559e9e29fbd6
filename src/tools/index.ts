export { formatPassages } from './built-in/knowledge-search.ts';
export { createTools, type ToolRegistry, type ToolsOptions } from './create-tools.ts';
export { toolErrors } from './errors.ts';
export type {
  KnowledgePort,
  Passage,
  Tool,
  ToolContext,
  ToolOutcome,
} from './types.ts';
export { withoutSlowKeywords } from './without-slow-keywords.ts';
