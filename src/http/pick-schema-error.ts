import type { ErrorObject } from 'ajv';

/**
 * The refusal that helps most. Where a value may have several forms, each form refuses it in turn: the one that got
 * farthest is the one that was meant, and where none fits, all of them are named.
 */
export function pickSchemaError(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const forms = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
  const farthest = forms.toSorted((a, b) => reach(b) - reach(a))[0];
  if (farthest?.keyword !== 'type') return farthest ?? errors[0];
  const types = forms
    .filter(({ keyword, instancePath }) => keyword === 'type' && instancePath === farthest.instancePath)
    .map(({ params }) => String(params.type));
  const names = [...new Set(types)].filter((type, _, all) => type !== 'null' || all.length === 1);
  return { ...farthest, message: `must be ${names.join(' or ')}` };
}

/** How far into the value a form came: by depth first, then by whether it fitted what is there at all. */
function reach({ instancePath, keyword }: ErrorObject): number {
  const depth = instancePath.split('/').length * 3;
  switch (keyword) {
    case 'type':
      return depth;
    case 'enum':
    case 'const':
      return depth + 1;
    case 'required':
      return depth + 3;
    default:
      return depth + 2;
  }
}
