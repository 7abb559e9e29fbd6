import { namesNow } from '../../ui/names-now.ts';

interface Used {
  readonly agent_id: string;
  readonly agent_name: string | null;
}

interface Paid {
  readonly key_id: string | null;
  readonly key_name: string | null;
}

export function calleeNames(list: readonly Used[]): (id: string) => string {
  return namesNow(list.map(({ agent_id, agent_name }) => ({ id: agent_id, name: agent_name })));
}

/** What a key is called; `nobody` where none paid. One that was revoked goes by its id. */
export function keyName({ key_id, key_name }: Paid, nobody: string): string {
  return key_id === null ? nobody : (key_name ?? `${key_id} (revoked)`);
}
