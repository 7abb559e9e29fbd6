import { randomBytes } from 'node:crypto';
import { hostNames, hostPorts, httpUrl, list, namesSeveralHosts, ollamaHost, origins } from './addresses.ts';

/** How one environment variable is read. The list below is the whole of it; docs/configuration.md is made from it. */
interface Setting<T> {
  readonly fallback: T;
  readonly meaning: string;
  /** Throws an Error whose message says what would be right. */
  readonly parse: (text: string) => T;
}

const text = (text: string): string => text;
const flag = (text: string): boolean => {
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  throw new Error('must be 0 or 1');
};
const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): T => {
    const found = values.find((value) => value === text);
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return found;
  };
const headerList = (text: string): Readonly<Record<string, string>> => {
  const entries = list(text).map((entry) => entry.split(/=(.*)/s, 2));
  const wrong = entries.find(([name = '', value]) => !/^[\w-]+$/.test(name) || value === undefined);
  if (wrong !== undefined) throw new Error('must be a comma-separated list of name=value');
  try {
    return Object.fromEntries(entries.map(([name = '', value = '']) => [name, decodeURIComponent(value)]));
  } catch (cause) {
    throw new Error('must have its values URL-encoded: a percent sign is %25', { cause });
  }
};
const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error('must be a port, 0 to 65535');
  return value;
};
const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error('must be a whole number, 0 or more');
  return Number(text);
};
const atLeastOne = (text: string): number => {
  const value = wholeNumber(text);
  if (value === 0) throw new Error('must be a whole number, 1 or more');
  return value;
};
const dollars = (text: string): bigint => {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) throw new Error('must be an amount in US dollars such as 10 or 0.50');
  return BigInt(match[1] ?? '0') * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
};
const secretKey = (given: string): Buffer => {
  // Files that settings come from end in a line's end.
  const text = given.trim();
  const key = Buffer.from(text, 'base64');
  // What is no base64 is skipped in decoding: a key with a typing mistake would seal, and never be found again.
  if (key.length !== 32 || !/^[A-Za-z0-9+/_-]{43}=?$/.test(text))
    throw new Error(`must be 32 bytes in base64, such as ${randomBytes(32).toString('base64')}`);
  if (new Set(key).size < 8)
    throw new Error('is too regular to be a secret; make one with `openssl rand -base64 32`');
  return key;
};
const postgresUrl = (text: string): string => {
  if (!/^postgres(ql)?:\/\//.test(text))
    throw new Error('must be a postgres:// address, or unset for SQLite');
  if (namesSeveralHosts(text))
    throw new Error(
      'names several hosts, and one is taken: give the one address that always leads to the primary, such as that of a proxy, a virtual IP or a name that moves with it',
    );
  return text;
};
const optional = <T>(meaning: string, parse: (text: string) => T): Setting<T | undefined> => ({
  fallback: undefined,
  meaning,
  parse,
});
const setting = <T>(fallback: T, meaning: string, parse: (text: string) => T): Setting<T> => ({
  fallback,
  meaning,
  parse,
});

export const settings = {
  HOST: setting('127.0.0.1', 'Address to listen on.', text),
  PORT: setting(8000, 'Port to listen on; 0 takes a free one.', port),
  MUSTER_HOME: setting('./.muster', 'Data folder: `muster.db`, uploads, `secret.key`.', text),
  DATABASE_URL: optional(
    '`postgres://user:password@host/database` keeps the data in PostgreSQL. Any number of processes may share it. One host: the address that always leads to the primary. Unset: SQLite in MUSTER_HOME.',
    postgresUrl,
  ),
  DATABASE_DIRECT_URL: optional(
    'Where DATABASE_URL goes through a pooler in transaction mode (PgBouncer): an address of the same database past it, for migrations and what processes tell each other.',
    postgresUrl,
  ),
  MUSTER_ROLE: setting(
    'all',
    'Which part of the work this process does: `api` serves, `worker` runs jobs, reads documents, calls webhooks. Both need DATABASE_URL and MUSTER_SECRET_KEY.',
    oneOf('all', 'api', 'worker'),
  ),
  MUSTER_ENGINE: setting(
    'embedded',
    'What jobs are executed by: `embedded`, on either database; or `dbos`, with DATABASE_URL: each job is a workflow of DBOS, whose tables are made in the schema `dbos` of the same database. Alike in what they promise; processes with either may share a database.',
    oneOf('embedded', 'dbos'),
  ),
  MUSTER_OWNER_EMAIL: optional('Makes the first owner at start, with MUSTER_OWNER_PASSWORD.', text),
  MUSTER_OWNER_PASSWORD: optional(
    'Password of the first owner; without it a one-time set-up link is printed.',
    text,
  ),
  MUSTER_SECRET_KEY: optional(
    '32 bytes in base64; seals stored credentials and signs tokens. Unset: made once in `MUSTER_HOME/secret.key`.',
    secretKey,
  ),
  MUSTER_SECRET_KEY_PREVIOUS: optional('The key before a rotation: still opens what it sealed.', secretKey),
  OPENAI_API_KEY: optional('Switches the provider `openai` on.', text),
  OPENAI_BASE_URL: optional('The provider `openai` talks Chat Completions to this address instead.', httpUrl),
  ANTHROPIC_API_KEY: optional('Switches the provider `anthropic` on.', text),
  GOOGLE_GENERATIVE_AI_API_KEY: optional('Switches the provider `google` on.', text),
  OPENROUTER_API_KEY: optional('Switches the provider `openrouter` on.', text),
  OLLAMA_HOST: optional(
    'Address of an Ollama server, such as `http://127.0.0.1:11434` or `127.0.0.1:11434`; switches the provider `ollama` on.',
    ollamaHost,
  ),
  TAVILY_API_KEY: optional('Gives the tool `web_search` to Tavily.', text),
  BRAVE_API_KEY: optional('Gives the tool `web_search` to Brave Search.', text),
  SEARXNG_URL: optional('Gives the tool `web_search` to a SearXNG server.', httpUrl),
  MUSTER_DEMO: setting(
    true,
    'On an empty database: a support agent that knows Muster’s own docs, so that the first call works.',
    flag,
  ),
  MUSTER_STARTING_CREDIT: setting(
    10_000_000_000n,
    'US dollars of credit that a new account starts with (10).',
    dollars,
  ),
  MUSTER_LOW_CREDIT: setting(
    1_000_000_000n,
    'US dollars of credit below which webhooks are told `credit.low` (1).',
    dollars,
  ),
  MUSTER_SCHEDULE_CATCH_UP_MINUTES: setting(
    60,
    'A scheduled start that was missed, because the server was down, by no more than this is made up for, once.',
    wholeNumber,
  ),
  MUSTER_TOOL_ALLOW_HOSTS: setting<readonly string[]>(
    [],
    '`host:port` list that tools, webhooks, MCP and providers may reach although the address is private.',
    hostPorts,
  ),
  MUSTER_HTTP_REQUEST_HOSTS: setting<readonly string[]>(
    [],
    'Hosts that the tool `http_request` may reach, comma-separated: `api.example.com` or `*.example.com`. Empty: none.',
    hostNames,
  ),
  MUSTER_CORS_ORIGINS: optional(
    'Allowed browser origins, comma-separated; unset: any on the Agents API, none elsewhere.',
    origins,
  ),
  MUSTER_MAINTENANCE: setting(
    false,
    '`1`: writes get 503 with Retry-After; reads and running work go on.',
    flag,
  ),
  MUSTER_MAX_LOOP_DELAY_MS: setting(
    2_000,
    'By how much the process may fall behind before new requests that write or run something get 503 `overloaded`; reads are refused at twice as much (2000). 0: no bound.',
    wholeNumber,
  ),
  MUSTER_MAX_WAITING_WRITES: setting(
    10_000,
    'The same for writes that wait for the database (10000). 0: no bound.',
    wholeNumber,
  ),
  MUSTER_MAX_BODIES_MB: setting(
    256,
    'How many megabytes of request bodies, uploads included, are held at once; what comes on top gets 503 `overloaded` (256). A body counts as far as it has come. 0: no bound.',
    wholeNumber,
  ),
  MUSTER_MIN_FREE_DISK_MB: setting(
    64,
    '`/health/ready` says that the server is not ready while less is free on the disk of MUSTER_HOME (64). 0: not looked at.',
    wholeNumber,
  ),
  MUSTER_PUBLIC_URL: optional(
    'Where people reach this server, such as `https://muster.example.com`; citations, set-up links and the chat widget lead to it. Unset: where it listens, or what a request asked for.',
    httpUrl,
  ),
  MUSTER_TRUST_PROXY: setting(false, '`1`: believe X-Forwarded-* headers.', flag),
  MUSTER_KEEP_TRACES_DAYS: setting(
    90,
    'How long the traces and events of crews’ jobs are kept after their end (90); 0: for ever. Jobs and their results stay.',
    wholeNumber,
  ),
  MUSTER_KEEP_DELIVERIES_DAYS: setting(
    30,
    'How long deliveries to webhooks are on their log (30); 0: for ever.',
    wholeNumber,
  ),
  MUSTER_KEEP_AUDIT_DAYS: setting(
    0,
    'How long lines of the audit log are kept (0: for ever). What is taken off leaves a signed checkpoint, so that the rest can still be proven.',
    wholeNumber,
  ),
  MUSTER_KEEP_REPLIES_HOURS: setting(
    24,
    'How long the reply to a request with an `Idempotency-Key` can be had again, 1 or more (24).',
    atLeastOne,
  ),
  MUSTER_METRICS_TOKEN: optional(
    'Opens `GET /metrics` to callers from other machines that send it as a bearer token. Unset: this machine only.',
    text,
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    'Address of an OpenTelemetry collector, such as `http://127.0.0.1:4318`: traces of runs and jobs and the figures of `GET /metrics` go there, by OTLP over HTTP in JSON.',
    httpUrl,
  ),
  OTEL_EXPORTER_OTLP_HEADERS: setting<Readonly<Record<string, string>>>(
    {},
    'Headers for the collector: `name=value`, comma-separated.',
    headerList,
  ),
  OTEL_SERVICE_NAME: setting('muster', 'What this server is called in traces and metrics.', text),
  OTEL_TRACES_EXPORTER: setting('otlp', '`none`: no traces for the collector.', oneOf('otlp', 'none')),
  OTEL_METRICS_EXPORTER: setting('otlp', '`none`: no metrics for the collector.', oneOf('otlp', 'none')),
  OTEL_METRIC_EXPORT_INTERVAL: setting(
    60_000,
    'How many milliseconds pass between two times that metrics are sent (60000).',
    atLeastOne,
  ),
  LOG_LEVEL: setting(
    'info',
    'How much is logged.',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  ),
} as const satisfies Record<string, Setting<unknown>>;

type Settings = typeof settings;
export type Config = {
  readonly [Name in keyof Settings]: ReturnType<Settings[Name]['parse']> | Settings[Name]['fallback'];
};
