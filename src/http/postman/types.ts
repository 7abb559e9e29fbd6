import type { JsonObject } from '../../lib/json.ts';

/** The parts of a Postman collection (format 2.1) that ours has. */
export interface Collection {
  readonly info: { readonly name: string; readonly description: string; readonly schema: string };
  readonly auth: Auth;
  readonly variable: readonly { readonly key: string; readonly value: string; readonly type: 'string' }[];
  readonly item: readonly Folder[];
}

export interface Folder {
  readonly name: string;
  readonly description: string;
  readonly item: readonly Item[];
}

export interface Item {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly description: string;
    readonly header: readonly { readonly key: string; readonly value: string }[];
    readonly url: JsonObject;
    readonly auth?: Auth;
    readonly body?: { readonly mode: 'raw'; readonly raw: string; readonly options: JsonObject };
  };
  readonly event: readonly {
    readonly listen: 'test';
    readonly script: { readonly type: 'text/javascript'; readonly exec: readonly string[] };
  }[];
}

export type Auth =
  | { readonly type: 'noauth' }
  | {
      readonly type: 'bearer';
      readonly bearer: readonly { readonly key: 'token'; readonly value: string; readonly type: 'string' }[];
    };
