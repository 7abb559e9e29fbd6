export { createApiDocuments, documentsApi } from './about/index.ts';
export { bearerToken } from './bearer.ts';
export { createOpenRequests, type OpenRequests } from './client-gone.ts';
export { consolePages, createConsoleFiles } from './console/index.ts';
export { createServer } from './create-server.ts';
export { toMusterError } from './error-reply.ts';
export { collectRoutes } from './openapi/index.ts';
export type { App } from './types.ts';
export { widgetApi, widgetDemo } from './widget/index.ts';
