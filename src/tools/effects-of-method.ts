import type { ToolEffects } from './types.ts';

/** What RFC 9110 says of a method: GET reads, PUT and DELETE come to the same when repeated, the others may not. */
export function effectsOfMethod(method: string): ToolEffects {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return 'none';
    case 'PUT':
    case 'DELETE':
      return 'idempotent';
    default:
      return 'unknown';
  }
}
