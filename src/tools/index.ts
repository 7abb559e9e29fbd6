export { formatPassages } from './built-in/knowledge-search.ts';
export { createTools, type ToolRegistry, type ToolsOptions } from './create-tools.ts';
export { toolErrors } from './errors.ts';
export type {
  DocumentText,
  KnowledgePort,
  Passage,
  Tool,
  ToolCategory,
  ToolContext,
  ToolOutcome,
} from './types.ts';
