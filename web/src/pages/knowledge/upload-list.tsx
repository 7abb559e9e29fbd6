import { RotateCw, X } from 'lucide-react';
import { IconButton } from '../../ui/button.tsx';
import type { Uploads } from './use-uploads.ts';

export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  if (uploads.list.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="divide-y rounded-xl border bg-panel">
      {uploads.list.map((upload) => {
        const { id, file, done, error } = upload;
        return (
          <li key={id} className="flex items-center gap-3 px-4 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{file.name}</p>
              {error ? (
                <p role="alert" className="text-sm text-danger">
                  {error.message}
                </p>
              ) : (
                <progress
                  aria-label={`Uploading ${file.name}`}
                  value={done}
                  max={1}
                  className="h-1.5 w-full accent-accent"
                />
              )}
            </div>
            {error && (
              <>
                <IconButton label={`Upload ${file.name} again`} onClick={() => uploads.retry(upload)}>
                  <RotateCw aria-hidden="true" />
                </IconButton>
                <IconButton label={`Dismiss ${file.name}`} onClick={() => uploads.dismiss(upload)}>
                  <X aria-hidden="true" />
                </IconButton>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
