export { type AccountTools, createAccountTools } from './account-tools.ts';
export { AUTH_TYPES, type AuthInput, type AuthType } from './auth/tool-auth.ts';
export { formatPassages } from './built-in/knowledge-search.ts';
export { checkSealedAuth } from './check-sealed-auth.ts';
export { createTools, type ToolRegistry, type ToolsOptions } from './create-tools.ts';
export { type CustomTool, type CustomToolUpdate, HTTP_METHODS } from './custom/types.ts';
export { toolErrors } from './errors.ts';
export type { McpServer } from './mcp/types.ts';
export { toCheckable } from './schema/checkable-schema.ts';
export { createSchemaChecker, type SchemaChecker } from './schema/schema-checker.ts';
export type { ToolUser } from './tool-users.ts';
export type {
  KnowledgePort,
  Passage,
  Tool,
  ToolContext,
  ToolEffects,
  ToolOutcome,
} from './types.ts';
