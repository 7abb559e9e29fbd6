export { createMemory, type Memory } from './create-memory.ts';
export type * from './types.ts';
