import { TextField } from '../../ui/field.tsx';
import type { CrewEditor } from './crew-editor.ts';
import type { CrewDraft } from './draft.ts';

const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** The words in braces that the crew's texts have, as the server finds them. */
function placeholdersOf({ agents, tasks }: CrewDraft): string[] {
  const texts = [
    ...agents.flatMap((agent) => [agent.role, agent.goal, agent.backstory, agent.instructions]),
    ...tasks.flatMap(({ context, ...task }) => [
      ...[task.description, task.expected_output, task.guardrail],
      ...(context ?? []).flatMap((entry) => ('text' in entry ? [entry.text] : [])),
    ]),
  ];
  return [
    ...new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, found = '']) => found))),
  ];
}

/** What each run is asked for, and what it takes where it is not told. */
export function InputsField({ editor }: { readonly editor: CrewEditor }) {
  const { draft, change, errorAt } = editor;
  const names = placeholdersOf(draft);
  if (names.length === 0) return null;
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 font-medium">Asked for at each run</legend>
      {names.map((name) => (
        <TextField
          key={name}
          label={`{${name}}`}
          placeholder="no default"
          value={draft.inputs[name] ?? ''}
          error={errorAt(`inputs.${name}`)}
          onChange={({ target }) =>
            change((now) => ({ ...now, inputs: { ...now.inputs, [name]: target.value } }))
          }
        />
      ))}
      <p className="text-sm text-muted">What you write here is taken where a run leaves it out.</p>
    </fieldset>
  );
}
