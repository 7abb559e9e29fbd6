import type { ApiErrorBody } from './schema.ts';

/** What the server refused, in its own words, or that it could not be reached at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  /** The field that is wrong, as the API names it: `parameters.temperature`. */
  readonly field: string | undefined;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, error: Partial<ApiErrorBody['error']>) {
    super(error.message ?? 'Something went wrong.');
    const { field, reason } = error.details ?? {};
    this.status = status;
    this.code = error.code ?? 'UNKNOWN';
    this.field = typeof field === 'string' ? field : undefined;
    this.reason = typeof reason === 'string' ? reason : undefined;
    this.requestId = error.request_id;
    this.details = error.details ?? {};
  }
}

/** Any thrown value as something that can be shown. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof TypeError) {
    return new ApiError(0, {
      code: 'UNREACHABLE',
      message: 'The server cannot be reached. What you typed is still here; try again when it is back.',
    });
  }
  return new ApiError(0, { message: thrown instanceof Error ? thrown.message : String(thrown) });
}

/** The error of a reply that is none of success. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  return fromBody(response.status, body);
}

export function fromBody(status: number, body: unknown): ApiError {
  const error = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined;
  if (typeof error === 'object' && error !== null) return new ApiError(status, error);
  return new ApiError(status, { message: `The server answered ${status} without saying why.` });
}
