import type { Database, InvariantCheck } from '../db/index.ts';
import { type SealedPlace, type SecretBox, SecretError } from '../lib/secrets.ts';
import { authPlace } from './custom/to-tool.ts';
import { mcpAuthPlace } from './mcp/context.ts';

/** Whether the stored credentials of tools open with the server's secret key; undefined stands for a server without one. */
export async function checkSealedAuth(
  db: Pick<Database, 'build' | 'all'>,
  secrets: Pick<SecretBox, 'open'> | undefined,
): Promise<InvariantCheck> {
  const sealedIn = (table: 'custom_tools' | 'mcp_servers') =>
    db.all(
      db.build
        .selectFrom(table)
        .where('auth_sealed', 'is not', null)
        .select(['id', 'account_id', 'name', 'auth_sealed']),
    );
  const [custom, servers] = await Promise.all([sealedIn('custom_tools'), sealedIn('mcp_servers')]);
  const sealed = [
    ...custom.map((row) => ({ ...row, place: authPlace(row.account_id, row.id) })),
    ...servers.map((row) => ({ ...row, place: mcpAuthPlace(row.account_id, row.id) })),
  ];
  const problems = sealed.flatMap(({ id, name, place, auth_sealed: text }) =>
    secrets && opens(secrets, text ?? '', place)
      ? []
      : [`${id} (${name}): its credential was sealed with another secret key`],
  );
  return { name: 'The stored credentials of tools open with the secret key', count: sealed.length, problems };
}

function opens(secrets: Pick<SecretBox, 'open'>, text: string, place: SealedPlace): boolean {
  try {
    secrets.open(text, place);
    return true;
  } catch (error) {
    if (error instanceof SecretError) return false;
    throw error;
  }
}
