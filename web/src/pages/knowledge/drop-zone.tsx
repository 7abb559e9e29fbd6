import { Upload } from 'lucide-react';
import { type DragEvent, useId, useState } from 'react';
import { cx } from '../../ui/cx.ts';

/** Takes files by dropping or by choosing; the whole of it is the label of a file input, so it works by keyboard. */
export function DropZone({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drag = (isOver: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(isOver);
  };
  return (
    <label
      htmlFor={id}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event);
        onFiles([...event.dataTransfer.files]);
      }}
      className={cx(
        'flex cursor-pointer flex-col items-center gap-1 rounded-xl border border-dashed border-line-strong px-6 py-7 text-center transition-colors',
        'focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:bg-hover',
        over && 'border-accent bg-accent-soft',
      )}
    >
      <Upload aria-hidden="true" className="mb-1 size-5 text-muted" />
      <span className="font-medium">Drop files here, or choose them</span>
      <span className="text-sm text-muted">PDF, Word, HTML, Markdown, text, CSV, JSON; up to 20 MB each</span>
      <input
        id={id}
        type="file"
        multiple
        className="sr-only"
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          // The same file can be chosen again.
          target.value = '';
        }}
      />
    </label>
  );
}
