export { createApiDocuments, documentsApi } from './about/index.ts';
export { bearerToken } from './bearer.ts';
export { createOpenRequests, type OpenRequests } from './client-gone.ts';
export { createServer } from './create-server.ts';
export { toMusterError } from './error-reply.ts';
export { collectRoutes } from './openapi/index.ts';
export { homePage } from './pages/home-page.ts';
export { setupPage } from './pages/setup-page.ts';
export type { App } from './types.ts';
