import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { changedOf } from '../../ui/changed-of.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { isRecord } from '../../ui/kept-text.ts';
import { toast } from '../../ui/toast.tsx';
import { useForm } from '../../ui/use-form.ts';
import { AuthFields, emptyAuth, SECRET_FIELDS, toAuth, toChangedAuth } from './auth-fields.tsx';
import { type Parameter, toParameters, toSchema } from './parameters.ts';
import { SchemaBuilder } from './schema-builder.tsx';
import type { CustomTool } from './use-tools.ts';

const METHODS = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

interface CustomToolDialogProps {
  readonly edited: CustomTool | 'new' | undefined;
  readonly onClose: () => void;
}

export function CustomToolDialog({ edited, onClose }: CustomToolDialogProps) {
  const tool = edited === 'new' ? undefined : edited;
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      wide
      title={tool ? `Change ${tool.name}` : 'Add an HTTP tool'}
      description="An address of yours that agents can call."
    >
      {edited && <ToolForm key={tool?.id ?? 'new'} tool={tool} onClose={onClose} />}
    </Dialog>
  );
}

interface ToolFormProps {
  readonly tool: CustomTool | undefined;
  readonly onClose: () => void;
}

function ToolForm({ tool, onClose }: ToolFormProps) {
  const queries = useQueryClient();
  const method: Method = METHODS.find((each) => each === tool?.method) ?? 'POST';
  const lines = toParameters(tool?.parameters ?? null);
  const initial = {
    name: tool?.name ?? '',
    description: tool?.description ?? '',
    endpoint: tool?.endpoint ?? '',
    method,
    lines: (lines ?? []) as readonly Parameter[],
    parameters: lines ? '' : JSON.stringify(tool?.parameters, null, 2),
    price_usd: tool ? String(tool.price_usd) : '',
    ...emptyAuth(tool?.auth_type),
  };
  const form = useForm({
    initial,
    keep: `tool.${tool?.id ?? 'new'}`,
    secrets: SECRET_FIELDS,
    send: async (values, start) => {
      const toBody = (from: typeof initial) => ({
        ...{ name: from.name, description: from.description, endpoint: from.endpoint, method: from.method },
        parameters: lines ? toSchema(from.lines) : readSchema(from.parameters),
        price_usd: from.price_usd === '' ? null : Number(from.price_usd),
      });
      const body = toBody(values);
      if (!tool) return ask(api.POST('/tools/custom', { body: { ...body, ...toAuth(values) } }));
      const changed = { ...changedOf(body, toBody(start)), ...toChangedAuth(values, start) };
      return ask(api.PATCH('/tools/custom/{id}', { params: { path: { id: tool.id } }, body: changed }));
    },
    onSent: ({ name }) => {
      void queries.invalidateQueries({ queryKey: ['tools'] });
      toast.done(tool ? `${name} is changed` : `${name} is added`, 'Agents that have it can call it now.');
      onClose();
    },
  });
  const { values, set } = form;
  return (
    <DialogForm form={form} action={tool ? 'Save' : 'Add tool'} onCancel={onClose}>
      <TextField
        label="Name"
        required
        autoFocus
        maxLength={64}
        hint="Letters, digits, _ and -, such as order_status."
        {...form.input('name')}
      />
      <TextArea
        label="Description"
        required
        rows={2}
        hint="What it does and when to use it: a model chooses it by this."
        {...form.input('description')}
      />
      <div className="flex gap-3">
        <SelectField
          label="Method"
          className="w-28 shrink-0"
          value={values.method}
          onChange={({ target }) => set('method', METHODS.find((each) => each === target.value) ?? 'POST')}
        >
          {METHODS.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
        <TextField
          label="Address"
          className="flex-1"
          required
          placeholder="https://api.example.com/orders/{order_id}"
          hint="{placeholders} take parameters; what is left goes into the query of a GET, else into the body as JSON."
          {...form.input('endpoint')}
        />
      </div>
      {lines ? (
        <SchemaBuilder parameters={values.lines} onChange={(next) => set('lines', next)} />
      ) : (
        <TextArea label="Parameters as JSON Schema" rows={8} {...form.input('parameters')} />
      )}
      <AuthFields values={values} set={set} hasAuth={tool?.has_auth ?? false} />
      <TextField
        label="Price of a call in US dollars"
        type="number"
        step="any"
        min="0"
        hint="Billed to whoever calls the agent. Empty: free."
        {...form.input('price_usd')}
      />
    </DialogForm>
  );
}

function readSchema(text: string): Record<string, unknown> {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    throw new Error('The parameters are not JSON: look for a missing quote or comma.', { cause: error });
  }
  if (!isRecord(schema)) throw new Error('The parameters have to be a JSON Schema of an object.');
  return schema;
}
