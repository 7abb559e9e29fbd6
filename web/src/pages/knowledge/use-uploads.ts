import { useRef, useState } from 'react';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { uploadFile } from '../../api/upload-file.ts';

export interface Upload {
  readonly id: number;
  readonly file: File;
  /** 0 to 1. */
  readonly done: number;
  readonly error?: ApiError;
}

export interface Uploads {
  readonly list: readonly Upload[];
  add(files: readonly File[]): void;
  retry(upload: Upload): void;
  dismiss(upload: Upload): void;
}

const AT_ONCE = 3;

/** Files on their way to the server. One that is there leaves the list; one that failed stays with the reason. */
export function useUploads(agentId: string, onAdded: () => void): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const nextId = useRef(1);
  const waiting = useRef<Upload[]>([]);
  const running = useRef(0);

  const change = (id: number, with_: Partial<Upload>) =>
    setList((before) => before.map((each) => (each.id === id ? { ...each, ...with_ } : each)));
  const leave = (id: number) => setList((before) => before.filter((each) => each.id !== id));

  const send = async ({ id, file }: Upload) => {
    running.current++;
    try {
      await uploadFile(`/agents/${agentId}/documents`, file, (done) => change(id, { done }));
      leave(id);
      onAdded();
    } catch (error) {
      change(id, { error: toApiError(error) });
    } finally {
      running.current--;
      next();
    }
  };
  const next = () => {
    while (running.current < AT_ONCE) {
      const upload = waiting.current.shift();
      if (!upload) return;
      void send(upload);
    }
  };
  const enqueue = (uploads: readonly Upload[]) => {
    waiting.current.push(...uploads);
    next();
  };

  return {
    list,
    add(files) {
      const uploads = files.map((file) => ({ id: nextId.current++, file, done: 0 }));
      setList((before) => [...before, ...uploads]);
      enqueue(uploads);
    },
    retry(upload) {
      const again = { id: nextId.current++, file: upload.file, done: 0 };
      setList((before) => before.map((each) => (each.id === upload.id ? again : each)));
      enqueue([again]);
    },
    dismiss: ({ id }) => leave(id),
  };
}
