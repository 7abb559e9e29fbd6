import { useQuery } from '@tanstack/react-query';
import { loadTools } from '../../api/all-tools.ts';
import { Checkbox } from '../../ui/field.tsx';
import { toolHint } from '../../ui/tool-hint.ts';

const SEARCH = 'knowledge_search';
const BY_ITSELF = 'An agent that has documents uses it without a tick here.';

/** Which of the account's tools an agent may use. */
export function ToolChoice(props: {
  readonly chosen: readonly string[];
  readonly error: string | undefined;
  readonly onChange: (tools: string[]) => void;
}) {
  const { chosen, error, onChange } = props;
  const tools = useQuery({
    queryKey: ['tools'],
    queryFn: loadTools,
    staleTime: 60_000,
  });
  const known = tools.data ?? [];
  // One that was removed since still stands in the agent, so that it can be taken out.
  const gone = tools.data ? chosen.filter((name) => !known.some((tool) => tool.name === name)) : [];
  return (
    <div className="space-y-2.5">
      {error !== undefined && (
        <p role="alert" className="text-danger">
          {error}
        </p>
      )}
      {[
        ...known,
        ...gone.map((name) => ({
          name,
          description: 'There is no tool of this name any more.',
        })),
      ].map(({ name, ...tool }) => (
        <Checkbox
          key={name}
          label={<span className="font-mono text-[0.8125rem]">{name}</span>}
          hint={name === SEARCH ? `${toolHint(tool)} ${BY_ITSELF}` : toolHint(tool)}
          checked={chosen.includes(name)}
          onChange={({ target }) =>
            onChange(target.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
          }
        />
      ))}
    </div>
  );
}
