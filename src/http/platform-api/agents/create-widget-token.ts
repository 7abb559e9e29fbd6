import { Type } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import { invalid, MusterError } from '../../../lib/errors.ts';
import { actorOf, requireUser } from '../../principal.ts';
import { publicAddress } from '../../public-address.ts';
import type { App } from '../../types.ts';
import { Origins, readOrigins } from '../agent-keys/read-origins.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { Closed, Id, IdParams, Nullable, Time } from '../schemas.ts';
import { findAgent } from './find-agent.ts';

const DEFAULT_SECONDS = 3_600;

const Body = Closed({
  key_id: Type.String({
    ...Id,
    description: 'The agent key that is billed; its caps and limits bound the chat, and revoking it ends it.',
  }),
  allowed_origins: Origins,
  kind: Type.Optional(
    Type.Enum(['visit', 'embed'], {
      default: 'visit',
      description:
        'visit: for one visitor, short-lived, handed out by the server of your page. embed: stands in the page for anybody to read and is good until the key ends; each visitor gets a short-lived token for it.',
    }),
  ),
  expires_in: Type.Optional(
    Type.Integer({
      minimum: 60,
      maximum: 86_400,
      default: DEFAULT_SECONDS,
      description: 'Seconds; of a visit.',
    }),
  ),
});

const Reply = Type.Object({
  token: Type.String(),
  kind: Type.String(),
  expires_at: Nullable(Time),
  allowed_origins: Type.Array(Type.String()),
  script: Type.String({ description: 'The tag for the page.' }),
});

type WidgetDeps = Pick<PlatformApiDeps, 'agents' | 'accounts' | 'widgetTokens' | 'clock' | 'publicUrl'>;

export function createWidgetToken(app: App, deps: WidgetDeps): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/widget-tokens',
    config: { role: 'admin', find: findAgent(deps) },
    schema: {
      summary: 'Make a token for the chat widget of a page',
      description:
        'It lets pages of the allowed origins chat with this agent, and nothing else. 20 messages a minute a visitor, beside the limits of the key.',
      tags: ['Agent keys'],
      params: IdParams,
      body: Body,
      response: { 201: Reply },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const { id: agentId } = request.params;
      const { key_id: keyId, allowed_origins, kind = 'visit', expires_in = DEFAULT_SECONDS } = request.body;
      const origins = readOrigins(allowed_origins);
      await checkKey(deps, accountId, { keyId, agentId, origins });
      const lifetime = kind === 'embed' ? undefined : expires_in;
      const token = await deps.widgetTokens.sign(kind, { accountId, keyId, agentId, origins }, lifetime);
      // A visit is one of many, of whoever looks at a page.
      if (kind === 'embed')
        await deps.accounts.noteWidget(accountId, keyId, { agentId, origins }, actorOf(request));
      const source = `${publicAddress(request, deps.publicUrl)}/widget.js`;
      return reply.code(201).send({
        token,
        kind,
        expires_at: lifetime === undefined ? null : isoTime(deps.clock.now() + lifetime * 1_000),
        allowed_origins: [...origins],
        script: `<script src="${source}" data-${kind}="${token}" defer></script>`,
      });
    },
  });
}

async function checkKey(
  deps: WidgetDeps,
  accountId: string,
  wanted: { readonly keyId: string; readonly agentId: string; readonly origins: readonly string[] },
): Promise<void> {
  const { agentIds, allowedOrigins } = await findKey(deps, accountId, wanted.keyId);
  if (agentIds !== undefined && !agentIds.includes(wanted.agentId)) {
    throw invalid('key_id', 'must be a key that may call this agent');
  }
  const index = wanted.origins.findIndex((origin) => allowedOrigins?.includes(origin) === false);
  if (index === -1) return;
  throw invalid(
    `allowed_origins.${index}`,
    `'${wanted.origins[index]}' is not among the allowed_origins of the key; add it there, with PATCH /agent-keys/${wanted.keyId}`,
  );
}

async function findKey({ accounts }: WidgetDeps, accountId: string, keyId: string) {
  try {
    return await accounts.getKey(accountId, keyId);
  } catch (error) {
    if (!(error instanceof MusterError) || error.status !== 404) throw error;
    throw invalid('key_id', 'must be an agent key of this account');
  }
}
