import { invalid } from '../../../lib/errors.ts';
import type { ContentPart, Item, MessageItem, ReasoningItem } from '../../../models/index.ts';
import { contentPart } from './content-part.ts';
import { responseErrors } from './errors.ts';
import { asText, given, requireText, type WireObject } from './fields.ts';
import { namespacedName } from './namespaced-names.ts';
import { MAX_TEXT } from './schema.ts';
import type { ContentSealer } from './sealed-content.ts';

export interface ItemsContext {
  readonly accountId: string;
  readonly sealer: ContentSealer;
  /** The stored item behind an id; found beforehand, because looking it up takes time (see referencedIds). */
  readonly referenced: ReadonlyMap<string, readonly Item[]>;
}

export type WireInput = string | readonly WireObject[] | null | undefined;

/** The specification has 64; gateways exist that put what a provider wants back into the id, and it must come back whole. */
const CALL_ID_LENGTH = 65_536;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The items of a request's input. Takes what clients really send: items without `type`, nulls for what is not given,
 * texts for lists of parts, own items sent back, the same call twice. Throws validation errors that name item and field.
 */
export function toItems(input: WireInput, context: ItemsContext, name = 'input'): Item[] {
  if (input === null || input === undefined) return [];
  if (typeof input === 'string') {
    return [{ type: 'message', role: 'user', content: [{ type: 'text', text: input }] }];
  }
  return new InputReader(context).read(input, name);
}

/** The ids of the items that the input only refers to. */
export function referencedIds(input: WireInput): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return input.flatMap((item) => {
    const id = asText(item.id);
    return id !== undefined && typeOf(item) === 'item_reference' ? [id] : [];
  });
}

/** What an item is. Clients leave `type` out where the fields tell. */
function typeOf(item: WireObject): string | undefined {
  const type = given(item.type);
  if (type !== undefined) return asText(type);
  if (given(item.role) !== undefined) return 'message';
  if (given(item.call_id) !== undefined) {
    return given(item.output) !== undefined ? 'function_call_output' : 'function_call';
  }
  if (Array.isArray(item.summary)) return 'reasoning';
  if (given(item.encrypted_content) !== undefined) return 'compaction';
  return given(item.id) === undefined ? undefined : 'item_reference';
}

class InputReader {
  readonly #context: ItemsContext;
  readonly #items: Item[] = [];
  /** Calls and results by what identifies them: histories that are sent again repeat them. */
  readonly #seen = new Set<string>();
  readonly #names = new Map<string, string>();
  /** Images and files that tools of the caller's gave back. */
  #attachments: ContentPart[] = [];

  constructor(context: ItemsContext) {
    this.#context = context;
  }

  read(input: readonly WireObject[], name: string): Item[] {
    for (const [index, item] of input.entries()) {
      const type = typeOf(item);
      if (type !== 'function_call_output') this.#flushAttachments();
      this.#add(type, item, `${name}.${index}`);
    }
    this.#flushAttachments();
    return this.#items;
  }

  #add(type: string | undefined, item: WireObject, field: string): void {
    switch (type) {
      case 'message':
        this.#items.push(...messageItems(item, field));
        break;
      case 'function_call':
        this.#addCall(item, field);
        break;
      case 'function_call_output':
        this.#addOutput(item, field);
        break;
      case 'reasoning':
        this.#items.push(...this.#reasoning(item, field));
        break;
      case 'compaction':
        this.#items.push(this.#compaction(item, field));
        break;
      case 'item_reference':
        this.#items.push(...this.#reference(item, field));
        break;
      case 'muster:tool_call':
        this.#addServerCall(item, field);
        break;
      case undefined:
        throw invalid(
          `${field}.type`,
          'is required: message, function_call, function_call_output, reasoning, compaction or item_reference',
        );
      default:
        throw invalid(`${field}.type`, `items of type '${type.slice(0, 64)}' are not supported`);
    }
  }

  #addCall(item: WireObject, field: string): void {
    const callId = requireText(item, 'call_id', field, CALL_ID_LENGTH);
    const name = calledName(item, field);
    const args = requireText(item, 'arguments', field, MAX_TEXT, 0);
    this.#names.set(callId, name);
    if (this.#isRepeated(`call ${callId} ${name} ${args}`)) return;
    this.#items.push({ type: 'tool_call', callId, name, arguments: args, runBy: 'client' });
  }

  #addOutput(item: WireObject, field: string): void {
    const callId = requireText(item, 'call_id', field, CALL_ID_LENGTH);
    const { text, attachments } = toolOutput(item, field);
    if (this.#isRepeated(`result ${callId} ${text}`)) return;
    const name = this.#names.get(callId) ?? '';
    this.#items.push({ type: 'tool_result', callId, name, output: text, isError: false });
    this.#attachments.push(...attachments);
  }

  /** Results are texts for most models; what else a tool gave back follows as a message of its own. */
  #flushAttachments(): void {
    if (this.#attachments.length === 0) return;
    const text = 'What the tools above gave back beside text:';
    this.#items.push({
      type: 'message',
      role: 'user',
      content: [{ type: 'text', text }, ...this.#attachments],
    });
    this.#attachments = [];
  }

  #addServerCall(item: WireObject, field: string): void {
    const callId = requireText(item, 'call_id', field, MAX_TEXT);
    const name = requireText(item, 'name', field);
    const args = requireText(item, 'arguments', field, MAX_TEXT, 0);
    const output = asText(item.output);
    // One that was cut off has no result; without one no model may be shown the call.
    if (output === undefined || this.#isRepeated(`server ${callId}`)) return;
    const isError = item.status === 'failed';
    this.#items.push({ type: 'tool_call', callId, name, arguments: args, runBy: 'server' });
    this.#items.push({ type: 'tool_result', callId, name, output, isError });
  }

  #reasoning(item: WireObject, field: string): ReasoningItem[] {
    const sealed = given(item.encrypted_content);
    if (sealed !== undefined) {
      const { accountId, sealer } = this.#context;
      const name = `${field}.encrypted_content`;
      if (typeof sealed !== 'string') throw invalid(name, 'must be a text');
      // Only this server can have sealed it, from checked items.
      return JSON.parse(sealer.open(accountId, 'reasoning', sealed, name)) as ReasoningItem[];
    }
    const text = [...partTexts(item, 'summary', field), ...partTexts(item, 'content', field)].join('\n\n');
    return text === '' ? [] : [{ type: 'reasoning', text }];
  }

  #compaction(item: WireObject, field: string): MessageItem {
    const { accountId, sealer } = this.#context;
    const sealed = requireText(item, 'encrypted_content', field, MAX_TEXT);
    const text = sealer.open(accountId, 'compaction', sealed, `${field}.encrypted_content`);
    return { type: 'message', role: 'user', content: [{ type: 'text', text }], isSummary: true };
  }

  #reference(item: WireObject, field: string): readonly Item[] {
    const id = requireText(item, 'id', field);
    const found = this.#context.referenced.get(id);
    if (found) return found.filter((part) => !this.#isRepeated(keyOfStored(part)));
    throw responseErrors.item_not_found(
      `There is no stored item '${id.slice(0, 100)}'. Items of responses made with store: false are not kept; send them whole.`,
      { field: `${field}.id`, reason: 'no such item' },
    );
  }

  #isRepeated(key: string | undefined): boolean {
    if (key === undefined) return false;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }
}

/** The name that the model called a tool by. */
function calledName(item: WireObject, field: string): string {
  const read = (key: 'name' | 'namespace'): string => {
    const name = requireText(item, key, field);
    if (NAME.test(name)) return name;
    throw invalid(`${field}.${key}`, 'must have 1 to 64 letters, digits, _ or -');
  };
  const name = read('name');
  return given(item.namespace) === undefined ? name : namespacedName(read('namespace'), name);
}

function keyOfStored(item: Item): string | undefined {
  switch (item.type) {
    case 'tool_call':
      return `call ${item.callId} ${item.name} ${item.arguments}`;
    case 'tool_result':
      return `result ${item.callId} ${item.output}`;
    default:
      return undefined;
  }
}

function messageItems(item: WireObject, field: string): Item[] {
  const role = asText(item.role);
  if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'developer') {
    throw invalid(`${field}.role`, 'must be user, assistant, system or developer');
  }
  const content = messageContent(item, role, field);
  // An answer that broke off before its first word is sent back like any other.
  if (content.length === 0 && role === 'assistant') return [];
  if (content.length === 0) throw invalid(`${field}.content`, 'must not be empty');
  const phase = given(item.phase);
  if (phase === undefined || role !== 'assistant') return [{ type: 'message', role, content }];
  if (phase !== 'commentary' && phase !== 'final_answer') {
    throw invalid(`${field}.phase`, 'must be commentary or final_answer');
  }
  return [{ type: 'message', role, content, phase }];
}

function messageContent(item: WireObject, role: MessageItem['role'], field: string): ContentPart[] {
  const content = given(item.content);
  if (typeof content === 'string') {
    if (content.length > MAX_TEXT) throw tooLong(`${field}.content`);
    return content === '' && role === 'assistant' ? [] : [{ type: 'text', text: content }];
  }
  if (content === undefined && role === 'assistant') return [];
  if (!Array.isArray(content)) throw invalid(`${field}.content`, 'must be a text or a list of parts');
  return content.map((part, index) => contentPart(part, role, `${field}.content.${index}`));
}

function toolOutput(item: WireObject, field: string): { text: string; attachments: ContentPart[] } {
  const output = given(item.output);
  if (typeof output === 'string') {
    if (output.length > MAX_TEXT) throw tooLong(`${field}.output`);
    return { text: output, attachments: [] };
  }
  if (!Array.isArray(output)) throw invalid(`${field}.output`, 'must be a text or a list of parts');
  const parts = output.map((part, index) => contentPart(part, 'user', `${field}.output.${index}`));
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const attachments = parts.filter((part) => part.type !== 'text');
  return { text: texts.join('\n'), attachments };
}

function partTexts(item: WireObject, name: string, field: string): string[] {
  const parts = given(item[name]);
  if (parts === undefined) return [];
  if (!Array.isArray(parts)) throw invalid(`${field}.${name}`, 'must be a list of parts');
  return parts.map((part: unknown, index) => {
    const text = typeof part === 'object' && part !== null && 'text' in part ? part.text : undefined;
    if (typeof text !== 'string') throw invalid(`${field}.${name}.${index}.text`, 'is required');
    return text;
  });
}

function tooLong(field: string): Error {
  return invalid(field, `must have at most ${MAX_TEXT} characters`);
}
