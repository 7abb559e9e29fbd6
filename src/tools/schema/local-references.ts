import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { mapInside } from './map-inside.ts';
import { inNewPlace } from './older-forms.ts';

interface Place {
  readonly node: Json;
  /** As it will be in the new form. */
  readonly path: readonly string[];
}

interface Localized {
  readonly schema: JsonObject;
  /** The references that lead nowhere. */
  readonly lost: readonly string[];
}

/** Where a schema without an id stands: an address for others to be relative to. */
const NOWHERE = 'muster:///';

/**
 * A copy in which every reference is the way to a place of the schema's new form (inNewForm), whatever it was: relative
 * to an id, to an anchor, to a place of the old form. Nothing is fetched: what is elsewhere is lost.
 */
export function withLocalReferences(root: JsonObject): Localized {
  const named = new Map<string, Place>();
  collect({ node: root, path: [] }, NOWHERE, named);
  const lost: string[] = [];
  const localize = (schema: JsonObject, base: string, isMeant: boolean): JsonObject => {
    const here = baseOf(schema, base);
    const copy = mapInside(schema, (inner, inside) => localize(inner, here, isMeant && inside.isMeant));
    const { $ref } = schema;
    if (typeof $ref !== 'string') return copy;
    const place = find($ref, here, named);
    if (!place && isMeant) lost.push($ref);
    return { ...copy, $ref: place ? pointerTo(place.path) : $ref };
  };
  return { schema: localize(root, NOWHERE, true), lost };
}

function collect(place: Place, base: string, named: Map<string, Place>): void {
  const { node: schema } = place;
  if (!isJsonObject(schema)) return;
  const here = baseOf(schema, base);
  if (here !== base || place.path.length === 0) named.set(here, named.get(here) ?? place);
  // What has no id can be meant by the address that it would have had.
  if (place.path.length === 0) named.set(NOWHERE, place);
  for (const anchor of [schema.$anchor, schema.$dynamicAnchor, fragmentOf(schema)]) {
    if (typeof anchor === 'string' && anchor !== '') named.set(`${here}#${anchor}`, place);
  }
  mapInside(schema, (inner, { path }) => {
    const to = path.reduce<Place | undefined>(step, place);
    if (to) collect(to, here, named);
    return inner;
  });
}

function find(reference: string, base: string, named: ReadonlyMap<string, Place>): Place | undefined {
  const [address = '', fragment = ''] = split(reference);
  const resource = address === '' ? base : URL.parse(address, base)?.href;
  if (resource === undefined) return undefined;
  const start = named.get(resource);
  for (const way of new Set([decoded(fragment), fragment])) {
    const found = way === '' || way.startsWith('/') ? follow(start, way) : named.get(`${resource}#${way}`);
    if (found && (isJsonObject(found.node) || typeof found.node === 'boolean')) return found;
  }
  return undefined;
}

function follow(start: Place | undefined, pointer: string): Place | undefined {
  const segments = pointer.split('/').slice(1);
  return segments.map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~')).reduce(step, start);
}

function step(place: Place | undefined, segment: string): Place | undefined {
  const { node, path } = place ?? {};
  if (!path || typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return undefined;
  if (isJsonObject(node)) {
    const next = node[segment];
    return next === undefined ? undefined : { node: next, path: [...path, ...inNewPlace(node, segment)] };
  }
  const next = node[Number(segment)];
  return next === undefined ? undefined : { node: next, path: [...path, segment] };
}

function pointerTo(path: readonly string[]): string {
  const segments = path.map((one) => encodeURIComponent(one.replaceAll('~', '~0').replaceAll('/', '~1')));
  return ['#', ...segments].join('/');
}

function baseOf(schema: JsonObject, base: string): string {
  const [address = ''] = split(idOf(schema));
  return address === '' ? base : (URL.parse(address, base)?.href ?? base);
}

/** Drafts 4 to 7 name a place so. */
function fragmentOf(schema: JsonObject): string {
  return split(idOf(schema))[1] ?? '';
}

function idOf({ $id, id }: JsonObject): string {
  if (typeof $id === 'string') return $id;
  return typeof id === 'string' ? id : '';
}

function split(reference: string): readonly string[] {
  const at = reference.indexOf('#');
  return at === -1 ? [reference] : [reference.slice(0, at), reference.slice(at + 1)];
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
