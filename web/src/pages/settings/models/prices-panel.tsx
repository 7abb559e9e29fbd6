import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { Badge } from '../../../ui/badge.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { TextField } from '../../../ui/field.tsx';
import { formatUsd } from '../../../ui/format.ts';
import { Panel } from '../../../ui/page.tsx';
import { RowMenu } from '../../../ui/row-menu.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../../ui/table.tsx';
import { useChange } from '../../../ui/use-change.ts';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { PriceDialog } from './price-dialog.tsx';

const LIMIT = 15;

function loadModels(q: string, page: number) {
  const query = { page, limit: LIMIT, ...(q !== '' && { q }) };
  return ask(api.GET('/models', { params: { query } }));
}

export type Model = Awaited<ReturnType<typeof loadModels>>['models'][number];

/** The catalogue with its prices, and the account's own prices before them. */
export function PricesPanel() {
  const { search, page, change } = useSearchState();
  const q = search.q ?? '';
  const found = useQuery({
    queryKey: ['models', 'prices', q, page],
    queryFn: () => loadModels(q, page),
    placeholderData: (before) => before,
  });
  const attempt = useChange(['models']);
  const [priced, setPriced] = useState<Model>();
  const removePrice = ({ id }: Model) =>
    attempt({
      failed: 'The price could not be removed',
      done: `The price library’s counts for ${id} again`,
      call: () => ask(api.DELETE('/models/{model}/price', { params: { path: { model: id } } })),
    });
  const columns: Column<Model>[] = [
    {
      title: 'Model',
      cell: (model) => (
        <div className="py-1.5">
          <span className="flex flex-wrap items-center gap-x-1.5">
            <span className="wrap-anywhere">{model.id}</span>
            {!model.available && <Badge>provider off</Badge>}
          </span>
          <NarrowPrice model={model} />
        </div>
      ),
    },
    {
      title: 'Input',
      figure: true,
      wideOnly: true,
      cell: ({ price }) => amount(price?.input_usd_per_million),
    },
    {
      title: 'Output',
      figure: true,
      wideOnly: true,
      cell: ({ price }) => amount(price?.output_usd_per_million),
    },
    { title: 'Price from', wideOnly: true, cell: ({ price }) => <Source price={price} /> },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (model) =>
        model.price?.source === 'built-in' ? null : (
          <RowMenu
            label={`Actions for ${model.id}`}
            items={[
              { label: 'Set price', onChoose: () => setPriced(model) },
              ...(model.price?.source === 'account'
                ? [{ label: 'Remove own price', onChoose: () => void removePrice(model) }]
                : []),
            ]}
          />
        ),
    },
  ];
  return (
    <Panel
      title="Prices"
      lead="US dollars per million tokens. A model without a price is not called until one is set; 0 is a price."
    >
      <search className="mb-4 block">
        <TextField
          label="Find a model"
          type="search"
          className="max-w-xs"
          value={q}
          onChange={({ target }) => change({ q: target.value })}
        />
      </search>
      {found.isError && <ErrorPanel error={found.error} title="The models could not be loaded." />}
      {found.isPending && <Loading />}
      {found.data?.total === 0 && <p className="text-muted">No model of that name is known.</p>}
      {found.data && found.data.total > 0 && (
        <>
          <Table label="Prices" columns={columns} rows={found.data.models} keyOf={({ id }) => id} />
          <Pages
            page={page}
            limit={LIMIT}
            total={found.data.total}
            onPage={(next) => change({ page: next })}
          />
        </>
      )}
      <PriceDialog model={priced} onClose={() => setPriced(undefined)} />
    </Panel>
  );
}

/** Where there is no room for columns: the same below the name. */
function NarrowPrice({ model: { price } }: { readonly model: Model }) {
  return (
    <dl className="mt-0.5 flex flex-wrap gap-x-4 text-sm text-muted tabular md:hidden">
      {[
        ['Input', amount(price?.input_usd_per_million)],
        ['Output', amount(price?.output_usd_per_million)],
        ['From', <Source key="source" price={price} />],
      ].map(([title, value]) => (
        <div key={String(title)} className="flex gap-1.5">
          <dt>{title}</dt>
          <dd className="text-text">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Source({ price }: Pick<Model, 'price'>) {
  return price ? price.source : <Badge tone="warn">no price yet</Badge>;
}

function amount(usd: number | undefined): string {
  return usd === undefined ? '—' : formatUsd(usd);
}
