import { type Static, Type } from 'typebox';
import type { SandboxAccess } from '../../../accounts/index.ts';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

const SandboxTokenReply = Type.Object({
  access_token: Type.String({ description: 'For this API, in the sandbox. There is no refresh token.' }),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'Seconds; of the token and of the key.' }),
  agent_key: Type.String({ description: 'For the Agents API, in the sandbox.' }),
});

export function createSandboxToken(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'POST',
    url: '/sandbox/tokens',
    config: { role: 'viewer' },
    schema: {
      summary: "Enter the account's sandbox",
      description:
        'The sandbox is a twin of the account, made by the first who asks: the same API under the same addresses with data of its own, where every model is the built-in one, tools that reach out are simulated, nothing goes out to the network and nothing is billed. You have the role there that you have here. Replies carry `x-muster-sandbox: true`.',
      tags: ['Sandbox'],
      response: { 201: SandboxTokenReply },
    },
    handler: async (request, reply) => {
      const access = await accounts.openSandbox(requireUser(request), actorOf(request));
      return reply.code(201).send(toReply(access));
    },
  });
}

function toReply(access: SandboxAccess): Static<typeof SandboxTokenReply> {
  return {
    access_token: access.accessToken,
    token_type: access.tokenType,
    expires_in: access.expiresInSeconds,
    agent_key: access.agentKey,
  };
}
