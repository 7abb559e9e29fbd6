export { type AppOptions, createApp, type MusterApp } from './create-app.ts';
export { serveUntilSignal } from './serve.ts';
