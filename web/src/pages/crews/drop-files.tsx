import { FileUp } from 'lucide-react';
import { type DragEvent, useId, useState } from 'react';
import { cx } from '../../ui/cx.ts';

interface DropFilesProps {
  readonly paths: readonly string[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** Where files are dropped, or chosen; below it those that are there. */
export function DropFiles({ paths, onFiles }: DropFilesProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div>
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'flex cursor-pointer flex-col items-center rounded-lg border border-dashed px-4 py-6 text-center focus-within:outline-2 focus-within:outline-accent hover:bg-hover',
          isOver ? 'border-accent bg-accent-soft' : 'border-line-strong',
        )}
      >
        <FileUp aria-hidden="true" className="mb-2 size-6 text-muted" />
        <span className="font-medium">Drop the files here, or choose them</span>
        <input
          id={id}
          type="file"
          multiple
          accept=".yaml,.yml,.json,.jsonc"
          className="sr-only"
          onChange={({ target }) => {
            onFiles([...(target.files ?? [])]);
            // The same file can be chosen again after it was mended.
            target.value = '';
          }}
        />
      </label>
      <ul aria-label="Files" className="mt-2 space-y-1 font-mono text-sm empty:hidden">
        {paths.map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
    </div>
  );
}
