import type { Agent } from 'undici';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host name. Injected in tests; the system's own resolver otherwise. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** Bounds of one request; each has a default that suits a tool call. */
export interface GuardedHttpLimits {
  /** Until a connection stands, name resolution and TLS included. */
  readonly connectTimeoutMs?: number;
  /** From the sent request to the end of the reply's headers. */
  readonly headersTimeoutMs?: number;
  /** Between two pieces of the reply's body. */
  readonly idleTimeoutMs?: number;
  /** The whole request with its redirects; also the most that a caller's `timeoutMs` may ask for. */
  readonly totalTimeoutMs?: number;
  /** The most bytes of a reply, as sent and as decompressed. */
  readonly maxBytes?: number;
  /** The most bytes that one byte of a compressed reply may become. */
  readonly maxRatio?: number;
}

export interface GuardedHttpOptions {
  /** `host:port` entries that may be reached although their address is private. The operator's, never an account's. */
  readonly allowHosts: readonly string[];
  readonly resolve?: Resolve;
  readonly limits?: GuardedHttpLimits;
}

export type GuardedMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export interface GuardedRequest {
  readonly url: string;
  /** Default: GET. */
  readonly method?: GuardedMethod;
  /** Host, lengths, encodings and connection headers are ours and refused here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** The most bytes of the reply, as sent and as decompressed. Lowers the client's limit, never raises it. */
  readonly maxBytes?: number;
  /** For the whole request with its redirects. Lowers the client's limit, never raises it. */
  readonly timeoutMs?: number;
  /** Redirects to follow, 0 to 5; default 3. With 0 the redirect itself is the reply. */
  readonly maxRedirects?: number;
  /** Asked for the first address and each redirect's; false refuses. For tools that may reach some hosts only. */
  readonly allowUrl?: (url: URL) => boolean;
}

export interface GuardedResponse {
  readonly status: number;
  /** Without the transport's own (encoding, length, connection): the body is already decoded. */
  readonly headers: Headers;
  readonly body: Buffer;
  /** Where the reply came from after redirects. */
  readonly finalUrl: string;
}

/** The only way out for addresses that users gave. */
export interface GuardedHttp {
  /**
   * Never connects to a private, loopback, link-local or metadata address unless the operator listed its host and port;
   * each redirect is checked like the first address.
   *
   * Throws `egress_invalid_url` (form of the request), `egress_unreachable` (forbidden, closed or silent: told apart
   * only in the log), `egress_failed`, `egress_timeout`, `egress_too_large`; an abort of `signal` throws its reason.
   */
  request(request: GuardedRequest): Promise<GuardedResponse>;
  /** Throws as `request` would if the address may not be reached now. For addresses that are stored before use. */
  vet(url: string): Promise<void>;
  /** The same client that may also reach these `host:port` entries of the operator's. */
  allowing(hosts: readonly string[]): GuardedHttp;
}

export interface GuardedDispatcherOptions extends Omit<GuardedHttpOptions, 'limits'> {
  readonly connectTimeoutMs?: number;
  /** undici's own settings of the pool and its timeouts. The connector is not among them. */
  readonly pool?: Pick<Agent.Options, 'connections' | 'keepAliveTimeout' | 'headersTimeout' | 'bodyTimeout'>;
}

export interface GuardedFetchOptions extends Omit<GuardedDispatcherOptions, 'pool'> {
  /** The most bytes of one reply; a stream of events ends there. */
  readonly maxBytes?: number;
}
