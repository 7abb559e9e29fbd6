import type { JsonObject } from '../../lib/json.ts';

export type { JsonObject };

/** The parts of an OpenAPI 3.1 document that ours has. */
export interface ApiDocument {
  readonly openapi: '3.1.0';
  readonly info: JsonObject;
  readonly servers: readonly JsonObject[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Components;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  /** By status, and `default`. */
  readonly responses: Readonly<Record<string, Response | Reference>>;
  /** The least role that may call it. */
  readonly 'x-muster-role'?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonObject;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Reference | JsonObject>>;
  readonly content?: Content;
}

export type Content = Readonly<
  Record<string, { readonly schema: JsonObject; readonly example?: JsonObject }>
>;

export interface Reference {
  readonly $ref: string;
}

export interface Components {
  readonly securitySchemes: Readonly<Record<string, JsonObject>>;
  readonly headers: Readonly<Record<string, JsonObject>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly schemas: Readonly<Record<string, JsonObject>>;
}
