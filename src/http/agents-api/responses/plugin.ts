import type { Accounts } from '../../../accounts/index.ts';
import type { SecretBox } from '../../../lib/secrets.ts';
import type { Limits } from '../../../limits/index.ts';
import type { App } from '../../types.ts';
import { conversationsApi } from '../conversations/plugin.ts';
import { cancelResponse } from './cancel-response.ts';
import { compactResponse } from './compact-response.ts';
import { countInputTokens } from './count-input-tokens.ts';
import { createResponse } from './create-response.ts';
import { deleteResponse } from './delete-response.ts';
import type { ResponsesDeps } from './deps.ts';
import { getResponse } from './get-response.ts';
import { listInputItems } from './list-input-items.ts';
import { LiveResponses } from './live-responses.ts';
import { createContentSealer } from './sealed-content.ts';
import { responsesSocket, type SocketLimits } from './socket/responses-socket.ts';

export interface ResponsesApiDeps extends Omit<ResponsesDeps, 'live' | 'sealer' | 'goingDown'> {
  readonly secrets: Pick<SecretBox, 'derive'>;
  readonly accounts: Pick<Accounts, 'authenticate' | 'onRevoked'>;
  readonly limits: Limits;
  readonly corsOrigins: readonly string[] | undefined;
  /** For tests. */
  readonly socketLimits?: SocketLimits;
}

/** Everything under /responses and /conversations. */
export function responsesApi(app: App, { secrets, ...rest }: ResponsesApiDeps): void {
  const goingDown = new AbortController();
  app.addHook('preClose', async () => goingDown.abort());
  const deps = {
    ...rest,
    live: new LiveResponses(),
    sealer: createContentSealer(secrets),
    goingDown: goingDown.signal,
  };
  createResponse(app, deps);
  compactResponse(app, deps);
  countInputTokens(app, deps);
  getResponse(app, deps);
  deleteResponse(app, deps);
  cancelResponse(app, deps);
  listInputItems(app, deps);
  responsesSocket(app, deps);
  conversationsApi(app, deps);
}
