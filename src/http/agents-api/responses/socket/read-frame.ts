import { Ajv } from 'ajv';
import { invalid } from '../../../../lib/errors.ts';
import { isJsonObject, parseJson } from '../../../../lib/json.ts';
import { pickSchemaError } from '../../../pick-schema-error.ts';
import { CreateResponseBody, type CreateResponseRequest } from '../schema.ts';

/** One client event of the WebSocket mode. */
export interface CreateFrame {
  readonly body: CreateResponseRequest;
  /** A client's own name for one of several lanes on a socket; given back on every event. */
  readonly streamId: string | undefined;
  /** False: only the input is taken in, for a later turn to continue. */
  readonly generate: boolean;
}

/** Fields of the transport, not of the response. SDKs send `stream` although the specification has none here. */
const TRANSPORT_FIELDS = new Set(['type', 'stream', 'stream_options', 'background', 'stream_id', 'generate']);

/** A frame that is a JSON object; what it asks for is read by itself, so that its errors go to the right lane. */
export interface RawFrame {
  readonly streamId: string | undefined;
  /** Throws what is wrong with it, as HTTP would say it. */
  create(): CreateFrame;
}

export type FrameReader = (text: string) => RawFrame;

/** Reads client frames; the validator is built with the first. */
export function createFrameReader(): FrameReader {
  let isBody: ReturnType<typeof compile> | undefined;
  return (text) => {
    const frame = parseJson(text);
    if (!isJsonObject(frame)) throw invalid('type', 'a frame is a JSON object with a type');
    const { stream_id: id } = frame;
    const streamId = typeof id === 'string' && id.length <= 256 ? id : undefined;
    return {
      streamId,
      create() {
        if (frame.type !== 'response.create') {
          const type = typeof frame.type === 'string' ? `'${frame.type.slice(0, 64)}' is not known; ` : '';
          throw invalid('type', `${type}send response.create`);
        }
        const body = Object.fromEntries(
          Object.entries(frame).filter(([name]) => !TRANSPORT_FIELDS.has(name)),
        );
        isBody ??= compile();
        // The server's own shape for a body that breaks its schema, told like any other.
        if (!isBody(body)) {
          throw { validation: [pickSchemaError(isBody.errors ?? [])], validationContext: 'response.create' };
        }
        return { body, streamId, generate: frame.generate !== false };
      },
    };
  };
}

function compile() {
  const ajv = new Ajv({ coerceTypes: false, useDefaults: true, allErrors: false });
  return ajv.compile<CreateResponseRequest>(CreateResponseBody);
}
