import type { Database, ModelPricesTable, ProvidersTable, Statement } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import type { ProviderKind } from '../models/index.ts';
import { PROVIDER_KINDS, type Provider, type SetPrice } from './types.ts';

/** A provider with its key as it is stored. */
export interface StoredProvider extends Provider {
  readonly apiKeySealed: string | null;
}

export type ProviderStore = ReturnType<typeof createProviderStore>;

/** A guard that refuses when the row is gone, or, where a change is saved, was changed since it was read. */
const PROVIDER = 'provider exists';

export function createProviderStore(db: Database) {
  return {
    async findProvider(accountId: string, id: string): Promise<StoredProvider | undefined> {
      const row = await db.first(
        db.build.selectFrom('providers').selectAll().where('id', '=', id).where('account_id', '=', accountId),
      );
      return row && toProvider(row);
    },

    async allProviders(accountId: string): Promise<StoredProvider[]> {
      const rows = await db.all(
        db.build.selectFrom('providers').selectAll().where('account_id', '=', accountId).orderBy('name'),
      );
      return rows.map(toProvider);
    },

    async listProviders(
      accountId: string,
      request: PageRequest,
    ): Promise<{ items: StoredProvider[]; total: number }> {
      const [rows, counted] = await Promise.all([
        db.all(
          db.build
            .selectFrom('providers')
            .selectAll()
            .where('account_id', '=', accountId)
            .orderBy('name')
            .limit(request.limit)
            .offset(pageOffset(request)),
        ),
        db.first(
          db.build
            .selectFrom('providers')
            .select((eb) => eb.fn.countAll<number>().as('total'))
            .where('account_id', '=', accountId),
        ),
      ]);
      return { items: rows.map(toProvider), total: Number(counted?.total ?? 0) };
    },

    insertProvider(provider: StoredProvider): Statement {
      return db.statement(
        db.build.insertInto('providers').values({
          id: provider.id,
          account_id: provider.accountId,
          name: provider.name,
          kind: provider.kind,
          base_url: provider.baseUrl ?? null,
          api_key_sealed: provider.apiKeySealed,
          models: JSON.stringify(provider.models),
          created_at: provider.createdAt,
          updated_at: provider.updatedAt,
        }),
      );
    },

    /** Only as it was read. */
    updateProvider({ updatedAt: readAt }: Provider, provider: StoredProvider): Statement {
      return db.statement(
        db.build
          .updateTable('providers')
          .set({
            base_url: provider.baseUrl ?? null,
            api_key_sealed: provider.apiKeySealed,
            models: JSON.stringify(provider.models),
            updated_at: provider.updatedAt,
          })
          .where('id', '=', provider.id)
          .where('account_id', '=', provider.accountId)
          .where('updated_at', '=', readAt),
        PROVIDER,
      );
    },

    deleteProvider(accountId: string, id: string, { ifSavedAt }: SaveOptions): Statement {
      const remove = db.build
        .deleteFrom('providers')
        .where('id', '=', id)
        .where('account_id', '=', accountId);
      return db.statement(
        ifSavedAt === undefined ? remove : remove.where('updated_at', '=', ifSavedAt),
        PROVIDER,
      );
    },

    async listPrices(accountId: string): Promise<SetPrice[]> {
      const rows = await db.all(
        db.build.selectFrom('model_prices').selectAll().where('account_id', '=', accountId).orderBy('model'),
      );
      return rows.map(toSetPrice);
    },

    putPrice(accountId: string, { model, price, updatedAt }: SetPrice): Statement {
      const values = {
        input_nano_usd: price.inputNanoUsdPerMillion,
        cached_input_nano_usd: price.cachedInputNanoUsdPerMillion,
        output_nano_usd: price.outputNanoUsdPerMillion,
        updated_at: updatedAt,
      };
      return db.statement(
        db.build
          .insertInto('model_prices')
          .values({ account_id: accountId, model, ...values })
          .onConflict((conflict) => conflict.columns(['account_id', 'model']).doUpdateSet(values)),
      );
    },

    deletePrice(accountId: string, model: string): Statement {
      return db.statement(
        db.build.deleteFrom('model_prices').where('account_id', '=', accountId).where('model', '=', model),
        'price exists',
      );
    },
  };
}

function toProvider(row: ProvidersTable): StoredProvider {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    kind: toKind(row.kind),
    baseUrl: row.base_url ?? undefined,
    hasApiKey: row.api_key_sealed !== null,
    apiKeySealed: row.api_key_sealed,
    models: toNames(row.models),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toKind(text: string): ProviderKind {
  const kind = PROVIDER_KINDS.find((candidate) => candidate === text);
  if (kind === undefined) throw new Error(`The database holds an unknown kind of provider '${text}'`);
  return kind;
}

function toNames(json: string): string[] {
  const names: unknown = JSON.parse(json);
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

function toSetPrice(row: ModelPricesTable): SetPrice {
  return {
    model: row.model,
    price: {
      inputNanoUsdPerMillion: row.input_nano_usd,
      cachedInputNanoUsdPerMillion: row.cached_input_nano_usd,
      outputNanoUsdPerMillion: row.output_nano_usd,
      source: 'account',
    },
    updatedAt: row.updated_at,
  };
}
