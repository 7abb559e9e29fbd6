import { isRecord } from '../ui/kept-text.ts';
import { ApiError } from './api-error.ts';

const CODE = 'CARRIED_OUT_BEFORE';

/** In place of the reply to a corrected request: what was `sent` before it was carried out, and got `reply`. */
export async function savedBefore(reply: Response, sent: string): Promise<Response> {
  const made: unknown = await reply.json().catch(() => undefined);
  const name = isRecord(made) ? [made.name, made.email, made.url].find((each) => each !== '') : undefined;
  const what = typeof name === 'string' ? ` and saved as “${name}”` : '';
  const message = `What you sent first was carried out${what}; only the reply to it was lost. What you have changed since is not in it. Change it there, or send this again as another one.`;
  return Response.json({ error: { code: CODE, message, details: { made, sent } } }, { status: 409 });
}

/** The id of what an earlier try has made, and the body of that try. */
export function madeBefore(thrown: unknown): { readonly id: string; readonly sent: unknown } | undefined {
  if (!(thrown instanceof ApiError) || thrown.code !== CODE) return undefined;
  const { made, sent } = thrown.details;
  return isRecord(made) && typeof made.id === 'string' ? { id: made.id, sent } : undefined;
}

export function isCarriedOutBefore({ code }: ApiError): boolean {
  return code === CODE;
}
