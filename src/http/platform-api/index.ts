export { PUBLIC_ROUTES, type RouteRole } from './access.ts';
export { auditNdjson } from './audit/audit-texts.ts';
export type { PlatformApiDeps } from './deps.ts';
export { healthApi } from './health/health-api.ts';
export { platformApi } from './plugin.ts';
