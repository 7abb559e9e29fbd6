import type { JsonObject } from '../../lib/json.ts';

/** A call of an operation that works on a fresh server, for the API document and the Postman collection. */
export interface Example {
  readonly body?: JsonObject;
}

/** By method and path. A `{{name}}` is what the collection knows by then: an id of an earlier reply, a credential. */
export const EXAMPLES: Readonly<Record<string, Example>> = {};
