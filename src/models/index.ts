export type { ListedModel } from './catalogue.ts';
export { createModels, type Models, type ResolvedModel } from './create-models.ts';
export { ModelCallError, modelErrors } from './errors.ts';
export { costOf } from './prices.ts';
export { type ProviderKind, type ProviderSettings, SWITCHES } from './provider-settings.ts';
export { estimatePromptTokens, estimateTokens } from './token-estimate.ts';
export type {
  Annotation,
  ChatModel,
  ContentPart,
  FileData,
  FinishReason,
  Item,
  MessageItem,
  ModelCall,
  ModelInfo,
  ModelParameters,
  ModelPart,
  ModelPrice,
  ModelReply,
  ModelSink,
  PartialReply,
  ReasoningItem,
  ResponseFormat,
  TokenUsage,
  ToolChoice,
  ToolDefinition,
  ToolResultItem,
} from './types.ts';
