import { type ApiError, fromBody, toApiError } from './api-error.ts';
import { CONSOLE_HEADER } from './console-header.ts';
import { sandbox } from './sandbox.ts';
import { serverState } from './server-state.ts';

/** Sends one file as a form and tells how far it is, from 0 to 1. `fetch` cannot tell. Rejects with an ApiError. */
export async function uploadFile(
  path: string,
  file: File,
  onProgress: (done: number) => void,
): Promise<unknown> {
  const session = serverState.session();
  const token = await sandbox.credential(path);
  return new Promise((resolve, reject: (error: ApiError) => void) => {
    const form = new FormData();
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    for (const [name, value] of Object.entries(CONSOLE_HEADER)) request.setRequestHeader(name, value);
    if (token !== undefined) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onerror = () => {
      serverState.set({ reachable: false });
      reject(toApiError(new TypeError('unreachable')));
    };
    request.onload = () => {
      if (request.status === 401 && token !== undefined) sandbox.forget();
      else if (request.status === 401 && serverState.session() === session)
        serverState.set({ sessionEnded: true });
      if (request.status < 300) resolve(request.response);
      else reject(fromBody(request.status, request.response));
    };
    request.send(form);
  });
}
