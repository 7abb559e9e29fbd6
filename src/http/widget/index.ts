export { toOrigin } from './check-origin.ts';
export { widgetDemo } from './demo-page.ts';
export { widgetApi } from './widget-api.ts';
