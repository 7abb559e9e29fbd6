import type { Fields } from '../client/fields.ts';
import { CommandFailed } from '../failures.ts';

/** What an exported agent's file says it is. */
export const AGENT_FORMAT = 'muster/agent';
/** Raised when a reader of the version before could not take the file. */
export const AGENT_FORMAT_VERSION = 1;

/** An agent as it travels between servers. */
export interface AgentFile {
  /** The fields of POST /agents. */
  readonly agent: Readonly<Record<string, unknown>>;
  readonly documents: readonly ExportedDocument[];
}

export interface ExportedDocument {
  readonly name: string;
  readonly mediaType: string;
  /** Undefined when the file was written without the documents' texts. */
  readonly text: string | undefined;
}

/** What is told of an agent on its own server, and is no configuration. */
const LEFT_BEHIND = [
  ...['id', 'status', 'version', 'created_at', 'updated_at', 'crew_id', 'crew_name'],
  ...['daily_spent_usd', 'daily_left_usd', 'monthly_spent_usd', 'monthly_left_usd'],
];

/** The configuration that another server can take, of the reply of GET /agents/{id}. */
export function portableConfig(agent: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(agent.raw).filter(([name, value]) => !LEFT_BEHIND.includes(name) && value !== null),
  );
}

/** Throws CommandFailed when the file is of a version that is not known here. */
export function readAgentFile(file: Fields, path: string): AgentFile {
  const version = file.numberOr('version', 0);
  if (version !== AGENT_FORMAT_VERSION) {
    throw new CommandFailed(
      `${path} is of format version ${version}; this Muster reads ${AGENT_FORMAT_VERSION}. Import it with a newer one.`,
    );
  }
  return {
    agent: { ...file.object('agent').raw },
    documents: file.list('documents').map((document) => ({
      name: document.text('name'),
      mediaType: document.textOr('media_type', ''),
      text: document.has('text') ? document.text('text') : undefined,
    })),
  };
}
