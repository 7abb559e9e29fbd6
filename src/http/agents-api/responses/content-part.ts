import { invalid } from '../../../lib/errors.ts';
import type { ContentPart, FileData, MessageItem } from '../../../models/index.ts';
import { asText, given, requireText, type WireObject } from './fields.ts';
import { MAX_FILE_DATA, MAX_IMAGE_URL, MAX_TEXT } from './schema.ts';

/** A part of a message's content, or of a tool's output (read as a user's). Throws validation errors that name it. */
export function contentPart(part: unknown, role: MessageItem['role'], field: string): ContentPart {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    throw invalid(field, 'must be an object with a type');
  }
  // Out of parseJson: an object of JSON values.
  const wire = part as WireObject;
  const type = asText(wire.type);
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: requireText(wire, 'text', field, MAX_TEXT, 0) };
    case 'refusal':
      if (role !== 'assistant') break;
      return { type: 'refusal', text: requireText(wire, 'refusal', field, MAX_TEXT, 0) };
    case 'input_image':
      if (role !== 'user') break;
      return imagePart(wire, field);
    case 'input_file':
      if (role !== 'user') break;
      return filePart(wire, field);
    default:
      throw invalid(
        `${field}.type`,
        type === undefined ? 'is required' : `'${type.slice(0, 64)}' is not supported`,
      );
  }
  throw invalid(
    `${field}.type`,
    `'${type}' cannot be part of ${role === 'assistant' ? 'an' : 'a'} ${role} message`,
  );
}

function imagePart(wire: WireObject, field: string): ContentPart {
  refuseFileId(wire, field, 'image_url');
  const url = requireText(wire, 'image_url', field, MAX_IMAGE_URL);
  if (!/^(https?:\/\/|data:image\/[\w.+-]+;base64,)/i.test(url.slice(0, 200))) {
    throw invalid(`${field}.image_url`, 'must be an http(s) address or a data:image/…;base64, URL');
  }
  const detail = given(wire.detail);
  if (detail === undefined) return { type: 'image', url };
  if (detail !== 'low' && detail !== 'high' && detail !== 'auto') {
    throw invalid(`${field}.detail`, 'must be low, high or auto');
  }
  return { type: 'image', url, detail };
}

function filePart(wire: WireObject, field: string): ContentPart {
  refuseFileId(wire, field, 'file_data or file_url');
  const name =
    given(wire.filename) === undefined ? {} : { filename: requireText(wire, 'filename', field, 1024, 0) };
  if (given(wire.file_url) !== undefined) {
    const url = requireText(wire, 'file_url', field, MAX_IMAGE_URL);
    if (!/^https?:\/\//i.test(url)) throw invalid(`${field}.file_url`, 'must be an http(s) address');
    const data: FileData = { type: 'url', url };
    return { type: 'file', ...name, mediaType: 'application/octet-stream', data };
  }
  const data = requireText(wire, 'file_data', field, MAX_FILE_DATA);
  const comma = data.startsWith('data:') ? data.indexOf(',') : -1;
  const head = comma === -1 ? '' : data.slice(0, comma);
  const base64 = comma === -1 ? data : data.slice(comma + 1);
  if ((comma !== -1 && !head.endsWith(';base64')) || !isBase64(base64)) {
    throw invalid(`${field}.file_data`, 'must be base64, or a data:<media type>;base64,… URL');
  }
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+)/.exec(head)?.[1] ?? 'application/pdf';
  return { type: 'file', ...name, mediaType, data: { type: 'base64', base64 } };
}

function isBase64(text: string): boolean {
  return text !== '' && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
}

function refuseFileId(wire: WireObject, field: string, instead: string): void {
  if (given(wire.file_id) !== undefined) {
    throw invalid(`${field}.file_id`, `stored files are not supported; send ${instead}`);
  }
}
