import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/api.ts';
import { type Pick, Picker } from './picker.tsx';
import { tellApart } from './tell-apart.ts';

export interface NamedAgent {
  readonly id: string;
  readonly name: string;
}

interface AgentFieldProps {
  readonly label: string;
  readonly value: NamedAgent | null;
  readonly onChange: (agent: NamedAgent | null) => void;
  /** What it means to have chosen none; without it there is always one. */
  readonly none?: string;
  readonly className?: string;
}

const SHOWN = 20;
const NONE = '';

/** One of the account's agents, however many there are. */
export function AgentField({ label, value, onChange, none, className }: AgentFieldProps) {
  const [text, setText] = useState('');
  const found = useQuery({
    queryKey: ['agents', 'field', text],
    queryFn: () =>
      ask(api.GET('/agents', { params: { query: { limit: SHOWN, ...(text !== '' && { q: text }) } } })),
    placeholderData: keepPreviousData,
  });
  // Until there is a reply to what is typed now, what is left of the last one: Enter takes nothing else.
  const isLooking = found.isPending || found.isPlaceholderData;
  const fitting = (found.data?.agents ?? []).filter(
    ({ name }) => !isLooking || name.toLowerCase().includes(text.toLowerCase()),
  );
  const beside = tellApart(fitting);
  const agents: Pick[] = fitting.map(({ id, name }) => {
    const aside = beside.get(id);
    return { id, label: name, ...(aside !== undefined && { aside }) };
  });
  // Who types is looking for one.
  const items = none === undefined || text !== '' ? agents : [{ id: NONE, label: none }, ...agents];
  return (
    <Picker
      label={label}
      value={value ? { id: value.id, label: value.name } : null}
      items={items}
      onType={setText}
      onPick={({ id, label: name }) => onChange(id === NONE ? null : { id, name })}
      placeholder={none ?? ''}
      empty={isLooking ? 'Looking…' : 'No agent of that name.'}
      className={className}
    />
  );
}
