export type { ListedModel } from './catalogue.ts';
export { createModels, type Models, type ModelsDeps, type ResolvedModel } from './create-models.ts';
export { ModelCallError, modelErrors } from './errors.ts';
export { costOf, FREE, nanoUsdOf, worstCase } from './prices.ts';
export type { ProviderKind, ProviderSettings } from './provider-settings.ts';
export type { RetryPolicy, RetryTools } from './retries.ts';
export { createSandboxModel } from './sandbox/create-sandbox-model.ts';
export { estimatePromptTokens, estimateTokens, estimateUsage } from './token-estimate.ts';
export { type CallLimits, defaultLimits } from './transport/limits.ts';
export type {
  Annotation,
  ChatModel,
  ContentPart,
  FileData,
  FinishReason,
  Item,
  JsonValue,
  MessageItem,
  ModelCall,
  ModelFailure,
  ModelInfo,
  ModelParameters,
  ModelPart,
  ModelPrice,
  ModelReply,
  ModelSink,
  PartialReply,
  ReasoningEffort,
  ReasoningItem,
  ResponseFormat,
  TokenUsage,
  ToolCallItem,
  ToolChoice,
  ToolDefinition,
  ToolResultItem,
} from './types.ts';
