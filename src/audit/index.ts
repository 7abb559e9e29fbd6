export { type CheckedLog, checkAuditChain, checkAuditLogs } from './chain/check-chain.ts';
export { type CheckedExport, checkAuditExport } from './chain/check-export.ts';
export { type AuditCheckpoint, checkpointKeys } from './chain/checkpoint.ts';
export { type AuditChain, createAuditChain } from './chain/create-chain.ts';
export { createAuditCutter } from './chain/cut-audit.ts';
export { readCheckpointKeys } from './chain/former-keys.ts';
export { type Audit, type AuditRecorder, createAudit } from './create-audit.ts';
export {
  type Actor,
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  SYSTEM,
} from './types.ts';
