import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** A piece of a page's text. */
export interface PlacedText {
  readonly str: string;
  readonly width: number;
  readonly height: number;
  /** Turn and size, then the place: from the page's left edge, from its lower edge. */
  readonly transform: readonly number[];
}

/** What was filled into a field of a form. A field's own name, or what it shows to the mouse, says what it is about. */
interface FormValue {
  readonly text: string;
  /** Of a box that was ticked. What stands beside it is said of others as well. */
  readonly isChoice: boolean;
  readonly label: string;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

const HIDDEN = 2;
/** Labels begin a little beside their field. */
const SLACK = 3;
/** How far over its field a label may stand. */
const MAX_ABOVE = 14;

/**
 * The pieces of a page with what was filled into its form: a value goes behind the label on its left, else the one right
 * over it. `rest` are those without either, and the choices of boxes, a line each.
 */
export function fillIn<Item extends PlacedText>(
  items: readonly Item[],
  annotations: readonly unknown[],
): { readonly items: readonly Item[]; readonly rest: readonly string[] } {
  const filled = [...items];
  const rest: string[] = [];
  const values = annotations.map(formValueOf).filter((value) => value !== undefined);
  for (const value of values.sort((a, b) => b.top - a.top || a.left - b.left)) {
    const at = value.isChoice ? -1 : labelOf(value, items);
    const label = filled[at];
    if (label) filled[at] = { ...label, str: `${label.str.trimEnd()} ${value.text}` };
    else rest.push(value.label === '' ? value.text : `${value.label}: ${value.text}`);
  }
  return { items: filled, rest };
}

function labelOf(value: FormValue, items: readonly PlacedText[]): number {
  let best = { at: -1, distance: Number.POSITIVE_INFINITY };
  for (const [at, { str, width, transform }] of items.entries()) {
    const [, turn, , , x = 0, y = 0] = transform;
    if (str.trim() === '' || turn !== 0) continue;
    const gap = value.left - (x + width);
    const isBeside = y >= value.bottom - SLACK && y <= value.top + SLACK && gap >= -SLACK;
    const isOver = y > value.top && y - value.top <= MAX_ABOVE && x < value.right && x + width > value.left;
    // One on its left is taken before any over it.
    const distance = isBeside ? gap - 1e6 : y - value.top;
    if ((isBeside || isOver) && distance < best.distance) best = { at, distance };
  }
  return best.at;
}

function formValueOf(annotation: unknown): FormValue | undefined {
  if (!isJsonObject(annotation) || annotation.subtype !== 'Widget' || annotation.password === true) return;
  const { annotationFlags, rect } = annotation;
  if (typeof annotationFlags === 'number' && (annotationFlags & HIDDEN) !== 0) return;
  const isChoice = annotation.fieldType === 'Btn';
  const text = isChoice ? tickedOf(annotation) : typedOf(annotation);
  if (text === '') return;
  const label = textOf(annotation.alternativeText) || textOf(annotation.fieldName);
  const [left = 0, bottom = 0, right = 0, top = 0] = Array.isArray(rect) ? rect.map(Number) : [];
  return { text, label, isChoice, left, bottom, right, top };
}

/** A list's choices are kept by codes; its options say what is shown for them. */
function typedOf({ fieldValue, options }: JsonObject): string {
  const shown = new Map<Json | undefined, Json | undefined>();
  for (const option of Array.isArray(options) ? options : [])
    if (isJsonObject(option)) shown.set(option.exportValue, option.displayValue);
  const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  return values.map((value) => textOf(shown.get(value)) || textOf(value)).join(', ');
}

function tickedOf({ fieldValue, buttonValue, exportValue }: JsonObject): string {
  const own = textOf(buttonValue) || textOf(exportValue);
  return own !== 'Off' && fieldValue === own ? own : '';
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}
