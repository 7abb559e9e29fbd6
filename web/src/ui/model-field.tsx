import { useState } from 'react';
import { useModels } from '../api/use-models.ts';
import { formatUsdShort } from './format.ts';
import { ModelTrouble, NO_KEY } from './model-trouble.tsx';
import { type Pick, Picker } from './picker.tsx';

interface ModelFieldProps {
  readonly value: string;
  readonly onChange: (model: string) => void;
  readonly error?: string | undefined;
  readonly label?: string;
  /** Why `value` cannot be called, if the server has said so. */
  readonly trouble?: string | undefined;
}

interface Model {
  readonly id: string;
  readonly available: boolean;
  readonly price: { readonly input_usd_per_million: number; readonly output_usd_per_million: number } | null;
}

/** People take its echo for a fault of the agent. */
export const STAND_IN =
  '“sandbox” is a free stand-in without AI: it quotes documents, and else says back what it is told.';

/** A model of the catalogue, with its price; a name that is not in it can be typed as well. */
export function ModelField({ value, onChange, error, label = 'Model', trouble }: ModelFieldProps) {
  const [text, setText] = useState('');
  const found = useModels(text);
  const chosen = useModels(value).data?.models.find(({ id }) => id === value);
  // Until there is a reply to what is typed now, what is left of the last one: Enter takes nothing else.
  const isLooking = found.isPending || found.isPlaceholderData;
  const listed: Pick[] = (found.data?.models ?? [])
    .filter(({ id }) => !isLooking || id.toLowerCase().includes(text.toLowerCase()))
    .map((model) => ({ id: model.id, label: model.id, aside: wordsOf(model) }));
  const isListed = text === '' || isLooking || listed.some(({ id }) => id === text);
  const items = isListed ? listed : [...listed, { id: text, label: text, aside: 'as typed' }];
  return (
    <Picker
      label={label}
      error={error}
      hint={hintOf(value, chosen, trouble)}
      value={{ id: value, label: value }}
      items={items}
      onType={setText}
      onPick={({ id }) => onChange(id)}
      empty={isLooking ? 'Looking…' : 'No model of that name.'}
    />
  );
}

/** What is known of the chosen one; of one that cannot be called, the way to where that is mended. */
function hintOf(id: string, model: Model | undefined, trouble: string | undefined) {
  if (id === 'sandbox') return STAND_IN;
  if (trouble !== undefined) return <ModelTrouble why={trouble} />;
  if (model?.available === false) return <ModelTrouble why={NO_KEY} />;
  if (model?.price === null) return <ModelTrouble why={`${wordsOf(model)}.`} />;
  return model && wordsOf(model);
}

function wordsOf({ id, available, price }: Model): string {
  if (id === 'sandbox') return 'Free stand-in, no AI';
  if (!available) return 'Its provider is not switched on';
  if (price === null) return 'No price is set for it yet';
  const { input_usd_per_million: input, output_usd_per_million: output } = price;
  if (input === 0 && output === 0) return 'Free';
  return `${formatUsdShort(input)} in, ${formatUsdShort(output)} out per million tokens`;
}
