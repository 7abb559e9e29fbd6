import { type Static, Type } from 'typebox';
import {
  AUDIT_ACTIONS,
  type AuditCheckpoint,
  type AuditEntry,
  type AuditFilter,
} from '../../../audit/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time } from '../schemas.ts';
import { readFrom, readTo } from '../times.ts';

export const AuditQuery = Closed({
  from: Type.Optional(Type.String({ maxLength: 40, description: 'A day or a time; included.' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'A day (to its end) or a time (excluded).' })),
  action: Type.Optional(Type.Enum([...AUDIT_ACTIONS], { description: 'What was done.' })),
  actor_id: Type.Optional(Id),
  object_id: Type.Optional(Id),
  ...PageQuery,
});

export const AuditLine = Type.Object({
  id: Type.String(),
  account_id: Type.String(),
  time: Time,
  action: Type.String({ description: AUDIT_ACTIONS.join(', ') }),
  actor: Type.Object({
    kind: Type.String({ description: 'user, or system: the server itself.' }),
    id: Nullable(Type.String()),
    name: Type.String({ description: 'The email of a user.' }),
    session_id: Nullable(Type.String({ description: 'The sign-in that it was done with.' })),
    ip: Nullable(Type.String()),
  }),
  object: Nullable(Type.Object({ type: Type.String(), id: Type.String() })),
  details: Type.Record(Type.String(), Type.Unknown(), { description: 'What was changed, and to what.' }),
  request_id: Nullable(Type.String()),
  chain: Nullable(
    Type.Object(
      { seq: Type.Integer({ minimum: 1 }), hash: Type.String() },
      {
        description:
          "The line's place in the account's log, and the SHA-256 that follows from it and from all lines before it; null for a moment after it is written.",
      },
    ),
  ),
});

export const AuditCheckpointReply = Type.Object(
  {
    account_id: Type.String(),
    seq: Type.Integer({ minimum: 1, description: 'The number of the last line that was taken off.' }),
    hash: Type.String({ description: 'What that line hashes to: the next one follows from it.' }),
    last_time: Time,
    made_at: Time,
    key_id: Type.String({ description: 'Names the secret key of the signature.' }),
    signature: Type.String(),
  },
  { description: 'Stands for the lines that are past their time; null while none were taken off.' },
);

export const AuditList = Type.Object({
  entries: Type.Array(AuditLine),
  ...PageReply,
  checkpoint: Nullable(AuditCheckpointReply),
});

export function toAuditLine(entry: AuditEntry): Static<typeof AuditLine> {
  const { by, object } = entry;
  return {
    id: entry.id,
    account_id: entry.accountId,
    time: isoTime(entry.at),
    action: entry.action,
    actor: {
      kind: by.kind,
      id: by.id,
      name: by.name,
      session_id: by.sessionId ?? null,
      ip: by.ip ?? null,
    },
    object: object ? { type: object.type, id: object.id } : null,
    details: { ...entry.details },
    request_id: by.requestId ?? null,
    chain: entry.chain ?? null,
  };
}

export function toCheckpointReply(checkpoint: AuditCheckpoint): Static<typeof AuditCheckpointReply> {
  const { accountId, seq, hash, lastAt, madeAt, keyId, signature } = checkpoint;
  const times = { last_time: isoTime(lastAt), made_at: isoTime(madeAt) };
  return { account_id: accountId, seq, hash, ...times, key_id: keyId, signature };
}

export function toAuditFilter(query: Static<typeof AuditQuery>): AuditFilter {
  return {
    from: readFrom('from', query.from),
    to: readTo('to', query.to),
    action: query.action,
    actorId: query.actor_id,
    objectId: query.object_id,
  };
}
