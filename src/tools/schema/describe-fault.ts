import type { ErrorObject } from 'ajv';

/** One thing that is wrong with a schema. A keyword that takes several forms is refused once for each of them. */
export function describeFault(errors: readonly ErrorObject[]): string {
  const told = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
  const [fault = errors[0]] = told.toSorted((a, b) => weight(b) - weight(a));
  if (!fault) return 'it is no JSON Schema';
  const at = fault.instancePath.split('/').slice(1).map(readKey).join('.') || 'it';
  const { allowedValues, type } = fault.params;
  if (fault.keyword === 'enum' && Array.isArray(allowedValues))
    return `${at} must be one of ${allowedValues.join(', ')}`;
  if (Array.isArray(type)) return `${at} must be ${type.join(' or ')}`;
  return `${at} ${fault.message ?? 'is not valid'}`;
}

/** What got farthest into the value comes first; a form of another type was not meant. */
function weight({ instancePath, keyword }: ErrorObject): number {
  const fit = keyword === 'type' ? 0 : keyword === 'enum' ? 1 : 2;
  return instancePath.split('/').length * 3 + fit;
}

function readKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
