import { type CustomToolsTable, cacheUntilChanged, type Database, type Statement } from '../../db/index.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { AUTH_TYPES } from '../auth/tool-auth.ts';
import type { ToolEffects } from '../types.ts';
import { type CustomTool, HTTP_METHODS } from './types.ts';

/** A tool with its credential as it is stored. */
export interface StoredCustomTool extends CustomTool {
  readonly authSealed: string | null;
}

export type CustomToolStore = ReturnType<typeof createCustomToolStore>;

/** A guard that refuses when the row is gone, or was changed since it was read. */
const TOOL = 'tool is as it was read';

export function createCustomToolStore(db: Database) {
  const readAll = async (accountId: string): Promise<readonly StoredCustomTool[]> => {
    const [rows, names] = await Promise.all([
      db.all(
        db.build
          .selectFrom('custom_tools')
          .selectAll()
          .where('account_id', '=', accountId)
          .orderBy('created_at')
          .orderBy('id'),
      ),
      db.all(
        db.build
          .selectFrom('custom_tool_names')
          .select(['name', 'tool_id'])
          .where('account_id', '=', accountId)
          .orderBy('name'),
      ),
    ]);
    return rows.map((row) =>
      toTool(
        row,
        names.flatMap(({ name, tool_id }) => (tool_id === row.id && name !== row.name ? [name] : [])),
      ),
    );
  };
  // Every change of a name writes to its tool's row as well.
  const cached = cacheUntilChanged(db, 'custom_tools', (accountId) => readAll(accountId));

  return {
    /** All of the account, the oldest first. They are few, and asked for with every call of an agent that has some. */
    all: (accountId: string): Promise<readonly StoredCustomTool[]> => cached(accountId, ''),

    async find(accountId: string, id: string): Promise<StoredCustomTool | undefined> {
      return (await cached(accountId, '')).find((tool) => tool.id === id);
    },

    insert(tool: StoredCustomTool): Statement[] {
      return [
        db.statement(
          db.build.insertInto('custom_tools').values({
            id: tool.id,
            account_id: tool.accountId,
            ...columnsOf(tool),
            created_at: tool.createdAt,
          }),
        ),
        takeName(tool),
      ];
    },

    /** Puts `tool` in the place of what was read as `before`. */
    update(before: StoredCustomTool, tool: StoredCustomTool): Statement[] {
      const statements = [
        db.statement(
          db.build
            .updateTable('custom_tools')
            .set(columnsOf(tool))
            .where('id', '=', tool.id)
            .where('account_id', '=', tool.accountId)
            .where('revision', '=', before.revision),
          TOOL,
        ),
      ];
      const isNew = tool.name !== before.name && !before.formerNames.includes(tool.name);
      return isNew ? [...statements, takeName(tool)] : statements;
    },

    /** Its names go with it. */
    delete(accountId: string, id: string): Statement {
      return db.statement(
        db.build.deleteFrom('custom_tools').where('id', '=', id).where('account_id', '=', accountId),
        TOOL,
      );
    },
  };

  /** Fails with DatabaseConflict when another tool of the account has or had the name. */
  function takeName({ accountId, name, id }: StoredCustomTool): Statement {
    return db.statement(
      db.build.insertInto('custom_tool_names').values({ account_id: accountId, name, tool_id: id }),
    );
  }
}

function columnsOf(tool: StoredCustomTool) {
  return {
    name: tool.name,
    description: tool.description,
    endpoint: tool.endpoint,
    method: tool.method,
    parameters: tool.parameters === undefined ? null : JSON.stringify(tool.parameters),
    auth_type: tool.authType,
    auth_sealed: tool.authSealed,
    price_nano_usd: tool.priceNanoUsd,
    effects: tool.effects ?? null,
    timeout_ms: tool.timeoutMs,
    revision: tool.revision,
    updated_at: tool.updatedAt,
  };
}

function toTool(row: CustomToolsTable, formerNames: readonly string[]): StoredCustomTool {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    formerNames,
    description: row.description,
    endpoint: row.endpoint,
    method: oneOf(HTTP_METHODS, row.method),
    parameters: row.parameters === null ? undefined : toSchema(row.parameters),
    authType: oneOf(AUTH_TYPES, row.auth_type),
    hasAuth: row.auth_sealed !== null,
    authSealed: row.auth_sealed,
    priceNanoUsd: row.price_nano_usd,
    effects: row.effects === null ? undefined : oneOf(EFFECTS, row.effects),
    timeoutMs: row.timeout_ms,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const EFFECTS = ['none', 'idempotent', 'unknown'] as const satisfies readonly ToolEffects[];

function oneOf<const T extends string>(values: readonly T[], text: string): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`The database holds a custom tool with '${text}'`);
  return found;
}

function toSchema(text: string): JsonObject {
  const schema: unknown = JSON.parse(text);
  if (!isJsonObject(schema))
    throw new Error('The database holds a custom tool whose parameters are no schema');
  return schema;
}
