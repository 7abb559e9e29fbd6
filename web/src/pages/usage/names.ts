import { namesNow } from '../../ui/names-now.ts';

interface Used {
  readonly agent_id: string;
  readonly agent_name: string | null;
  readonly agent_deleted: boolean;
}

interface Paid {
  readonly key_id: string | null;
  readonly key_name: string | null;
  readonly key_revoked: boolean;
}

export function calleeNames(list: readonly Used[]): (id: string) => string {
  return namesNow(
    list.map(({ agent_id, agent_name, agent_deleted }) => ({
      id: agent_id,
      name: agent_name,
      isGone: agent_deleted,
    })),
  );
}

/** What a key is called, or was when it was revoked; `nobody` where none paid. */
export function keyName({ key_id, key_name, key_revoked }: Paid, nobody: string): string {
  if (key_id === null) return nobody;
  return key_revoked ? `${key_name ?? key_id} (revoked)` : (key_name ?? key_id);
}
