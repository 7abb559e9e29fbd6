import type { GuardedHttp, GuardedMethod, GuardedResponse } from '../../lib/guarded-http/index.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { bodyText } from '../body-text.ts';
import { effectsOfMethod } from '../effects-of-method.ts';
import { failure } from '../outcome.ts';
import type { Tool, ToolEffects, ToolOutcome } from '../types.ts';
import { textOf } from './arguments.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly GuardedMethod[];

export interface HttpRequestOptions {
  readonly guardedHttp: GuardedHttp;
  /** Hosts of the server's, beside those of the agent (ToolContext.allowedHosts). */
  readonly hosts: readonly string[];
}

/** Off until hosts are allowed, so that no prompt can send an agent's data anywhere. */
export function httpRequestTool({ guardedHttp, hosts }: HttpRequestOptions): Tool {
  return {
    name: 'http_request',
    description: 'Sends an HTTP request to a host that this agent may reach and returns the reply as text.',
    category: 'utility',
    effects: effectsOfArguments,
    isRemote: true,
    ...(hosts.length === 0 && { needs: 'MUSTER_HTTP_REQUEST_HOSTS' }),
    priceNanoUsd: 0n,
    parameters: {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'The whole address, https:// or http://.' },
        method: { type: 'string', enum: METHODS, default: 'GET' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        body: { type: 'string', description: 'The body as it is sent; set content-type in headers.' },
      },
      required: ['url'],
      additionalProperties: false,
    },
    async run(args, context) {
      const allowed = [...hosts, ...(context.allowedHosts ?? [])];
      const url = textOf(args, 'url') ?? '';
      if (allowed.length === 0) {
        return failure(
          'http_request is off for this agent: no host is allowed. Whoever manages the agent can allow hosts. Go on without it.',
        );
      }
      if (!URL.canParse(url))
        return failure(`'${url.slice(0, 200)}' is not a whole address. Begin with https://.`);
      if (!isAllowed(new URL(url), allowed)) {
        return failure(`This agent may not reach that host. Allowed: ${allowed.join(', ')}.`);
      }
      const method = METHODS.find((candidate) => candidate === args.method) ?? 'GET';
      const body = textOf(args, 'body');
      const response = await guardedHttp.request({
        url,
        method,
        headers: headersOf(args, method, context.idempotencyKey),
        ...(body === undefined ? {} : { body }),
        signal: context.signal,
        allowUrl: (next) => isAllowed(next, allowed),
      });
      return outcomeOf(response);
    },
  };
}

/** Of arguments that the tool has not yet seen; what cannot be read is never sent. */
function effectsOfArguments(argumentsText: string): ToolEffects {
  try {
    const args: unknown = JSON.parse(argumentsText);
    return effectsOfMethod(isJsonObject(args) && typeof args.method === 'string' ? args.method : 'GET');
  } catch {
    return 'none';
  }
}

/** `example.com` (on the usual ports), `example.com:8443`, or `*.example.com` for what is below it. */
function isAllowed(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((entry) => {
    const wanted = entry.trim().toLowerCase();
    if (!wanted.startsWith('*.')) return wanted === url.host || wanted === withPort(url);
    const suffix = wanted.slice(1);
    const host = /:\d+$/.test(suffix) ? withPort(url) : url.host;
    return host.endsWith(suffix) && host.length > suffix.length;
  });
}

function withPort({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

function headersOf(args: JsonObject, method: GuardedMethod, idempotencyKey: string): Record<string, string> {
  const given = isJsonObject(args.headers) ? args.headers : {};
  const headers: Record<string, string> = {};
  if (method !== 'GET' && method !== 'HEAD') headers['idempotency-key'] = idempotencyKey;
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  return headers;
}

function outcomeOf({ status, headers, body, finalUrl }: GuardedResponse): ToolOutcome {
  const type = headers.get('content-type') ?? '';
  const head = `HTTP ${status} from ${finalUrl}\ncontent-type: ${type || 'none'}`;
  return { output: `${head}\n\n${bodyText(body, type)}`, isError: status >= 400 };
}
