import type { ChatModel, ModelInfo, ModelPrice } from '../models/index.ts';
import type { ListedModel, ProviderSettings } from './types.ts';

/** What this room needs of the models room: it knows protocols and the library's prices, this one knows accounts. */
export interface ModelSource {
  /**
   * The model that a name means to an account with these providers of its own, beside the server's. Throws
   * model_not_configured, with what would help.
   */
  resolve(
    name: string,
    own: readonly ProviderSettings[],
  ): {
    readonly chat: ChatModel;
    readonly info: ModelInfo;
    readonly price: ModelPrice | undefined;
  };
  /** Every model that the server knows of, and those of `own`. */
  list(own: readonly ProviderSettings[]): readonly ListedModel[];
}
