export { checkAuditChain } from './chain/check-chain.ts';
export { type AuditChain, createAuditChain } from './chain/create-chain.ts';
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
