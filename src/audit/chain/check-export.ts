import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { DerivedKey } from '../../lib/secrets.ts';
import { type AuditCheckpoint, signatureProblem } from './checkpoint.ts';
import { hashEntry } from './hash-entry.ts';

/** What an exported file proves. */
export interface CheckedExport {
  readonly lines: number;
  /** Lines that were exported before they were chained: nothing follows from them. */
  readonly unchained: number;
  /** The numbers of the first and the last line. */
  readonly first: number;
  readonly last: number;
  readonly hash: string;
  /** What the file's first line is proven by. */
  readonly from: 'the beginning' | 'a checkpoint' | 'nothing';
  /** Whether the file's checkpoint is known to be the server's; without the key that signed it, it may be anybody's. */
  readonly checkpoint: 'verified' | 'unverified' | 'none';
  /** Names the secret key whose signature it has. */
  readonly keyId: string | undefined;
  /** The first thing that does not hold. */
  readonly problem: string | undefined;
}

interface Line {
  readonly seq: number;
  readonly hash: string;
  readonly entry: Parameters<typeof hashEntry>[1];
}

/**
 * Whether the lines of an NDJSON export are those that the server wrote, none changed and none missing between the first and
 * the last. A checkpoint that none of the `keys` has signed is taken as it is, and told of as unverified.
 */
export function checkAuditExport(text: string, keys: readonly DerivedKey[]): CheckedExport {
  const parsed = parse(text);
  const lines = parsed.lines.sort((a, b) => a.seq - b.seq);
  const first = lines[0]?.seq ?? 0;
  const { checkpoint } = parsed;
  const isJoined = checkpoint !== undefined && checkpoint.seq === first - 1;
  const from = first === 1 ? 'the beginning' : isJoined ? 'a checkpoint' : 'nothing';
  let hash = isJoined ? checkpoint.hash : '';
  let seq = first - 1;
  let isVerified = false;
  const found = (problem?: string): CheckedExport => ({
    ...{ lines: lines.length, unchained: parsed.unchained, first, last: seq, hash, from, problem },
    checkpoint: isVerified ? 'verified' : checkpoint ? 'unverified' : 'none',
    keyId: checkpoint?.keyId,
  });
  if (parsed.problem !== undefined) return found(parsed.problem);
  const key = keys.find(({ keyId }) => keyId === checkpoint?.keyId);
  if (checkpoint && key) {
    const forged = signatureProblem(key, checkpoint);
    if (forged !== undefined) return found(forged);
    isVerified = true;
  }
  for (const line of lines) {
    if (line.seq !== seq + 1) return found(`line ${seq + 1} is not in the file`);
    // What the first line of a part follows from is not in it.
    const isAnchor = from === 'nothing' && line.seq === first;
    const due = isAnchor ? line.hash : hashEntry(hash, line.entry);
    if (due !== line.hash) return found(`line ${line.seq} (${line.entry.id}) was changed`);
    hash = due;
    seq = line.seq;
  }
  return found();
}

function parse(text: string) {
  const lines: Line[] = [];
  let unchained = 0;
  let checkpoint: AuditCheckpoint | undefined;
  let account: string | undefined;
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue;
    const value = parseRow(row);
    const at = (problem: string) => ({
      ...{ lines, unchained, checkpoint, problem: `row ${index + 1} of the file ${problem}` },
    });
    if (value === undefined) return at('is no line of an NDJSON export');
    if (isJsonObject(value.checkpoint)) {
      checkpoint = toCheckpoint(value.checkpoint);
      if (!checkpoint) return at('is no checkpoint');
      account ??= checkpoint.accountId;
      if (checkpoint.accountId !== account) return at('is of another account');
      continue;
    }
    const entry = toEntry(value);
    if (!entry) return at('is no line of an NDJSON export');
    account ??= entry.account_id;
    if (entry.account_id !== account) return at('is of another account');
    if (!isJsonObject(value.chain)) {
      unchained += 1;
      continue;
    }
    const { seq, hash } = value.chain;
    if (typeof seq !== 'number' || typeof hash !== 'string') return at('has no place in the chain');
    lines.push({ seq, hash, entry });
  }
  return { lines, unchained, checkpoint, problem: undefined };
}

function parseRow(row: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(row);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function toEntry(line: JsonObject): Line['entry'] | undefined {
  const { id, account_id, time, action, actor, object, request_id, details } = line;
  if (!isJsonObject(actor) || !isJsonObject(details)) return undefined;
  const { kind, name, ...who } = actor;
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const needed = [id, account_id, action, kind, name];
  if (!needed.every((value) => typeof value === 'string') || Number.isNaN(at)) return undefined;
  const on = isJsonObject(object) ? object : {};
  return {
    id: String(id),
    account_id: String(account_id),
    at,
    action: String(action),
    actor_kind: String(kind),
    actor_id: textOf(who.id),
    actor_name: String(name),
    session_id: textOf(who.session_id),
    ip: textOf(who.ip),
    request_id: textOf(request_id),
    object_type: textOf(on.type),
    object_id: textOf(on.id),
    details: JSON.stringify(details),
  };
}

function toCheckpoint(value: JsonObject): AuditCheckpoint | undefined {
  const { account_id, seq, hash, last_time, made_at, key_id, signature } = value;
  const times = [last_time, made_at].map((time) =>
    typeof time === 'string' ? Date.parse(time) : Number.NaN,
  );
  const [lastAt = Number.NaN, madeAt = Number.NaN] = times;
  const texts = [account_id, hash, key_id, signature];
  if (typeof seq !== 'number' || times.some(Number.isNaN)) return undefined;
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return {
    accountId: String(account_id),
    ...{ seq, hash: String(hash), lastAt, madeAt, keyId: String(key_id), signature: String(signature) },
  };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
