import { errorOf } from '../api/api-error.ts';
import { watchedFetch } from '../api/watched-fetch.ts';

/** Saves what the API answers in another form than JSON as a file; throws an ApiError when it refuses. */
export async function download(path: string, type: string, fileName: string): Promise<void> {
  const response = await watchedFetch(`/api/v1${path}`, { headers: { accept: type } });
  if (!response.ok) throw await errorOf(response);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
