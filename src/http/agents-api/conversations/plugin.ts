import type { App } from '../../types.ts';
import { createConversation } from './create-conversation.ts';
import { createItems } from './create-items.ts';
import { deleteConversation } from './delete-conversation.ts';
import { deleteItem } from './delete-item.ts';
import type { ConversationsDeps } from './deps.ts';
import { getConversation } from './get-conversation.ts';
import { getItem } from './get-item.ts';
import { listItems } from './list-items.ts';
import { updateConversation } from './update-conversation.ts';

/** OpenAI's /conversations: the same threads that both APIs speak in. */
export function conversationsApi(app: App, deps: ConversationsDeps): void {
  createConversation(app, deps);
  getConversation(app, deps);
  updateConversation(app, deps);
  deleteConversation(app, deps);
  createItems(app, deps);
  listItems(app, deps);
  getItem(app, deps);
  deleteItem(app, deps);
}
