import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/api.ts';
import { formatNumber, formatUsdShort } from '../../ui/format.ts';

const ONE = { params: { query: { limit: 1 } } };

/** The few figures that somebody looks for first. */
export function AtAGlance({ agents }: { readonly agents: number }) {
  const balance = useQuery({ queryKey: ['billing'], queryFn: () => ask(api.GET('/billing')) });
  const conversations = useQuery({
    queryKey: ['conversations', 'count'],
    queryFn: () => ask(api.GET('/conversations', ONE)),
  });
  const usage = useQuery({ queryKey: ['usage', 'count'], queryFn: () => ask(api.GET('/usage', ONE)) });
  const figures = [
    { label: 'Credit left', to: '/usage', value: balance.data && formatUsdShort(balance.data.balance_usd) },
    { label: 'Agents', to: '/agents', value: formatNumber(agents) },
    {
      label: 'Conversations',
      to: '/conversations',
      value: conversations.data && formatNumber(conversations.data.total),
    },
    { label: 'Calls so far', to: '/usage', value: usage.data && formatNumber(usage.data.total) },
  ];
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border bg-line sm:grid-cols-4">
      {figures.map(({ label, to, value }) => (
        <div key={label} className="bg-panel px-4 py-3">
          <dt className="text-sm text-muted">
            <Link to={to} className="hover:text-text hover:underline">
              {label}
            </Link>
          </dt>
          <dd className="text-lg font-semibold tabular">{value ?? '…'}</dd>
        </div>
      ))}
    </dl>
  );
}
