import type { useNames } from '../../api/use-names.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { NamedOptions } from '../../ui/named-options.tsx';
import type { useSearchState } from '../../ui/use-search-state.ts';
import { PERIODS, readPeriod } from './periods.ts';

interface FiltersProps extends Pick<ReturnType<typeof useSearchState>, 'search' | 'change'> {
  readonly names: ReturnType<typeof useNames>;
  readonly models: readonly string[];
}

const OWN = 'own';
const NAMES = ['agent_id', 'key_id', 'model', 'source'] as const;

export function Filters({ search, change, names, models }: FiltersProps) {
  const ownDates = search.from !== undefined;
  const setPeriod = (value: string) =>
    change(
      value === OWN
        ? { days: undefined, ...readPeriod(search, Date.now()) }
        : { days: value, from: undefined, to: undefined },
    );
  // What is chosen is among the choices, whether or not anything of it was spent.
  const modelChoices = [
    ...new Set([...models, ...(search.model === undefined ? [] : [search.model])]),
  ].sort();
  const cleared = Object.fromEntries(NAMES.map((name) => [name, undefined]));
  return (
    <search aria-label="Filters" className="flex flex-wrap items-end gap-3">
      <SelectField
        label="Period"
        className="w-40"
        value={ownDates ? OWN : (search.days ?? '30')}
        onChange={({ target }) => setPeriod(target.value)}
      >
        {Object.entries(PERIODS).map(([days, label]) => (
          <option key={days} value={days}>
            {label}
          </option>
        ))}
        <option value={OWN}>Own dates</option>
      </SelectField>
      {ownDates &&
        (['from', 'to'] as const).map((name) => (
          <TextField
            key={name}
            label={name === 'from' ? 'From' : 'To'}
            type="date"
            className="w-36"
            value={search[name] ?? ''}
            onChange={({ target }) => target.value !== '' && change({ [name]: target.value })}
          />
        ))}
      <SelectField
        label="Agent or crew"
        className="w-44"
        value={search.agent_id ?? ''}
        onChange={({ target }) => change({ agent_id: target.value })}
      >
        <option value="">All</option>
        <NamedOptions of={[...names.agents, ...names.crews]} chosen={search.agent_id} />
      </SelectField>
      {names.keys.length > 0 && (
        <SelectField
          label="Key"
          className="w-40"
          value={search.key_id ?? ''}
          onChange={({ target }) => change({ key_id: target.value })}
        >
          <option value="">All</option>
          <NamedOptions of={names.keys} chosen={search.key_id} />
        </SelectField>
      )}
      <SelectField
        label="Model"
        className="w-40"
        value={search.model ?? ''}
        onChange={({ target }) => change({ model: target.value })}
      >
        <option value="">All</option>
        {modelChoices.map((model) => (
          <option key={model}>{model}</option>
        ))}
      </SelectField>
      <SelectField
        label="Source"
        className="w-32"
        value={search.source ?? ''}
        onChange={({ target }) => change({ source: target.value })}
      >
        <option value="">All</option>
        <option value="key">Keys</option>
        <option value="user">People</option>
      </SelectField>
      {NAMES.some((name) => search[name] !== undefined) && (
        <Button look="quiet" onClick={() => change(cleared)}>
          Clear
        </Button>
      )}
    </search>
  );
}
