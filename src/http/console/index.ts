export { createConsoleFiles } from './console-files.ts';
export { consolePages } from './console-pages.ts';
