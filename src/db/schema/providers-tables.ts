export interface ProvidersTables {
  providers: ProvidersTable;
  model_prices: ModelPricesTable;
}

export interface ProvidersTable {
  id: string;
  account_id: string;
  name: string;
  kind: string;
  base_url: string | null;
  /** Sealed (lib/secrets.ts). */
  api_key_sealed: string | null;
  /** JSON array of model names that the provider is known to serve. */
  models: string;
  created_at: number;
  updated_at: number;
}

export interface ModelPricesTable {
  account_id: string;
  model: string;
  input_nano_usd: bigint;
  cached_input_nano_usd: bigint;
  output_nano_usd: bigint;
  updated_at: number;
}
