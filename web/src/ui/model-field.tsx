import { Autocomplete } from '@base-ui/react/autocomplete';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/api.ts';
import { Field, inputClass } from './field.tsx';
import { formatUsdShort } from './format.ts';

interface ModelFieldProps {
  readonly value: string;
  readonly onChange: (model: string) => void;
  readonly error?: string | undefined;
  readonly label?: string;
}

type Price = { input_usd_per_million: number; output_usd_per_million: number } | null;

const SHOWN = 50;

/** A model of the catalogue, with its price; any other name can be typed as well. */
export function ModelField({ value, onChange, error, label = 'Model' }: ModelFieldProps) {
  const found = useQuery({
    queryKey: ['models', value],
    queryFn: () => ask(api.GET('/models', { params: { query: { q: value, limit: SHOWN } } })),
    placeholderData: keepPreviousData,
  });
  const all = useQuery({
    queryKey: ['models', ''],
    queryFn: () => ask(api.GET('/models', { params: { query: { limit: SHOWN } } })),
  });
  const chosen = found.data?.models.find(({ id }) => id === value);
  // Who has chosen one and opens the list wants to see the others.
  const items = (chosen ? all.data?.models : found.data?.models) ?? [];
  return (
    <Field
      label={label}
      error={error}
      hint={
        chosen === undefined
          ? 'Type to search the catalogue.'
          : `${chosen.available ? priceWords(chosen.price) : 'Its provider is not switched on.'}`
      }
    >
      {(control) => (
        <Autocomplete.Root
          items={items}
          value={value}
          onValueChange={(next) => onChange(next)}
          itemToStringValue={({ id }) => id}
          mode="none"
          openOnInputClick
        >
          <Autocomplete.Input
            {...control}
            // While the list is open the label is hidden to screen readers.
            aria-label={label}
            required
            maxLength={200}
            spellCheck={false}
            className={inputClass}
          />
          <Autocomplete.Portal>
            <Autocomplete.Positioner sideOffset={4} className="z-60">
              <Autocomplete.Popup
                role="region"
                aria-label="Models to choose from"
                className="max-h-72 w-(--anchor-width) min-w-72 overflow-y-auto rounded-lg border bg-raised p-1 shadow-xl"
              >
                <Autocomplete.List aria-label="Models">
                  {(model: (typeof items)[number]) => (
                    <Autocomplete.Item
                      key={model.id}
                      value={model}
                      className="flex cursor-pointer items-center justify-between gap-4 rounded-md px-2 py-1.5 data-[highlighted]:bg-hover"
                    >
                      <span className="min-w-0 truncate">{model.id}</span>
                      <span className="shrink-0 text-xs text-muted">
                        {model.available ? priceWords(model.price) : 'not switched on'}
                      </span>
                    </Autocomplete.Item>
                  )}
                </Autocomplete.List>
              </Autocomplete.Popup>
            </Autocomplete.Positioner>
          </Autocomplete.Portal>
        </Autocomplete.Root>
      )}
    </Field>
  );
}

function priceWords(price: Price): string {
  if (price === null) return 'No price is set for it yet';
  const { input_usd_per_million: input, output_usd_per_million: output } = price;
  if (input === 0 && output === 0) return 'Free';
  return `${formatUsdShort(input)} in, ${formatUsdShort(output)} out per million tokens`;
}
