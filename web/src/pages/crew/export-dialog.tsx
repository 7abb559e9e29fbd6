import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { SelectField } from '../../ui/field.tsx';
import { saveText } from '../../ui/save-text.ts';
import { Loading } from '../../ui/skeleton.tsx';

/** The crew as CrewAI's files, to be read and saved. */
export function ExportDialog({ crewId, onClose }: { readonly crewId: string; readonly onClose: () => void }) {
  const [format, setFormat] = useState<'yaml' | 'jsonc'>('yaml');
  const made = useQuery({
    queryKey: ['crews', 'export', crewId, format],
    queryFn: () =>
      ask(api.GET('/crews/{id}/export', { params: { path: { id: crewId }, query: { format } } })),
    staleTime: 0,
  });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Export"
      description="The crew as it is saved, in the files of CrewAI. They can be imported here again."
    >
      <div className="space-y-4">
        <SelectField
          label="Files"
          className="max-w-xs"
          value={format}
          onChange={({ target }) => setFormat(target.value === 'jsonc' ? 'jsonc' : 'yaml')}
        >
          <option value="yaml">agents.yaml and tasks.yaml</option>
          <option value="jsonc">crew.jsonc and agents/*.jsonc</option>
        </SelectField>
        {made.isPending && <Loading />}
        {made.isError && <ErrorPanel error={made.error} title="The crew could not be exported." />}
        {made.data && made.data.unsupported.length > 0 && <Unsupported items={made.data.unsupported} />}
        {Object.entries(made.data?.files ?? {}).map(([path, text]) => (
          <section key={path} aria-label={`File ${path}`}>
            <div className="mb-1.5 flex items-center justify-between gap-2">
              <h3 className="font-mono text-sm">{path}</h3>
              <Button size="small" onClick={() => saveText(path.replaceAll('/', '-'), text)}>
                <Download aria-hidden="true" className="size-4" /> Save {path}
              </Button>
            </div>
            <CodeBlock code={text} label={path} />
          </section>
        ))}
      </div>
    </Dialog>
  );
}

/** What the other side does not know. */
function Unsupported({ items }: { readonly items: readonly string[] }) {
  return (
    <div className="rounded-lg border border-warn/40 bg-warn-soft px-4 py-3">
      <p className="font-medium">These files cannot say everything:</p>
      <ul className="mt-1 list-disc pl-5 text-sm">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
