import { LongText } from '../../ui/long-text.tsx';

/** What a run was given. */
export function InputsPanel({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(inputs);
  if (entries.length === 0) return null;
  return (
    <section aria-label="Inputs" className="rounded-xl border bg-panel p-4">
      <h2 className="mb-2 font-semibold">Inputs</h2>
      <dl className="space-y-2">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="break-words whitespace-pre-wrap">
              <LongText text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)}>
                {(shown) => <p>{shown}</p>}
              </LongText>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
