import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatDuration } from '../../ui/format.ts';
import { isRecord } from '../../ui/kept-text.ts';
import { useForm } from '../../ui/use-form.ts';
import type { Tool } from './use-tools.ts';

interface TryDialogProps {
  readonly tool: Tool | undefined;
  readonly onClose: () => void;
}

/** Calls a tool as a model would, and shows what the model would read. */
export function TryDialog({ tool, onClose }: TryDialogProps) {
  return (
    <Dialog
      open={tool !== undefined}
      onClose={onClose}
      title={`Try ${tool?.name ?? ''}`}
      description={tool?.description}
      wide
    >
      {tool && <TryForm key={tool.name} tool={tool} onClose={onClose} />}
    </Dialog>
  );
}

interface Answer {
  readonly output: string;
  readonly is_error: boolean;
  readonly duration_ms: number;
}

function TryForm({ tool, onClose }: { readonly tool: Tool; readonly onClose: () => void }) {
  const properties = Object.entries(isRecord(tool.parameters.properties) ? tool.parameters.properties : {});
  const [answer, setAnswer] = useState<Answer>();
  const form = useForm({
    initial: { typed: {} as Readonly<Record<string, string>> },
    keep: `try.${tool.name}`,
    send: ({ typed }) => {
      const entries = properties.flatMap(([name, schema]) => {
        const text = typed[name] ?? '';
        return text === '' ? [] : [[name, toValue(text, schema)] as const];
      });
      const body = { arguments: Object.fromEntries(entries) };
      return ask(api.POST('/tools/{name}/test', { params: { path: { name: tool.name } }, body }));
    },
    onSent: setAnswer,
  });
  const { typed } = form.values;
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error && <ErrorPanel error={form.error} />}
      {properties.length === 0 && <p className="text-muted">It takes nothing.</p>}
      {properties.map(([name, schema]) => (
        <TextField
          key={name}
          label={name}
          aside={typeOf(schema)}
          hint={isRecord(schema) && typeof schema.description === 'string' ? schema.description : undefined}
          value={typed[name] ?? ''}
          onChange={({ target }) => form.set('typed', { ...typed, [name]: target.value })}
        />
      ))}
      {answer && (
        <section aria-live="polite" className="space-y-2">
          <h3 className="flex items-center gap-2 font-medium">
            What a model would read
            <Badge tone={answer.is_error ? 'danger' : 'ok'}>{answer.is_error ? 'failed' : 'answered'}</Badge>
            <span className="text-sm font-normal text-muted">{formatDuration(answer.duration_ms)}</span>
          </h3>
          <CodeBlock code={answer.output} label="Answer" />
        </section>
      )}
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button look="primary" type="submit" busy={form.sending}>
          Call it
        </Button>
      </DialogActions>
    </form>
  );
}

function typeOf(schema: unknown): string {
  const type = isRecord(schema) ? schema.type : undefined;
  return typeof type === 'string' ? type : 'JSON';
}

/** Text stays text; anything else is read as JSON, and sent as it is for the server to say what is wrong with it. */
function toValue(text: string, schema: unknown): unknown {
  if (typeOf(schema) === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
