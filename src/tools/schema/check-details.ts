import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { type JsonObject, parseJson } from '../../lib/json.ts';
import { withinTime } from '../../lib/time-limit.ts';
import { toNewForm } from './checkable-schema.ts';
import { hasDetails, withoutUnreadablePatterns } from './details.ts';
import { withLocalReferences } from './local-references.ts';

const CHECK_MS = 250;
const MAX_COMPLAINTS = 5;

/**
 * What is wrong with a JSON text that otherwise fits its schema by the keywords that need care: `pattern`,
 * `patternProperties`, `uniqueItems` and `format`; undefined when it fits. Patterns are run by an engine that takes time in
 * proportion to the text, whatever the pattern is. One that this engine cannot read (looking around, back references), a
 * schema that cannot be compiled and one that takes too long are not held against the text.
 */
export async function checkDetails(schema: JsonObject, text: string): Promise<string | undefined> {
  const form = toNewForm(withLocalReferences(schema).schema);
  if (!hasDetails(form)) return undefined;
  const [{ createPatterns }, { fullFormats }] = await Promise.all([
    import('./linear-patterns.ts'),
    import('ajv-formats/dist/formats.js'),
  ]);
  const patterns = createPatterns();
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    ownProperties: true,
    // Whether it is a schema has been looked at before; reading the schema of schemas takes longer than all the rest.
    validateSchema: false,
    meta: false,
    logger: false,
    formats: fullFormats,
    code: { regExp: patterns.engine },
  });
  try {
    return withinTime(CHECK_MS, () => {
      const validate = ajv.compile(withoutUnreadablePatterns(form, patterns.isReadable));
      return validate(parseJson(text)) ? undefined : sentencesOf(validate.errors ?? []);
    });
  } catch {
    // It cannot be compiled, or takes too long.
    return undefined;
  }
}

function sentencesOf(errors: readonly ErrorObject[]): string {
  const said = errors.map(({ instancePath, message }) => {
    const place = instancePath === '' ? 'The answer' : `'${instancePath.slice(1).replaceAll('/', '.')}'`;
    return `${place} ${message}.`;
  });
  return [...new Set(said)].slice(0, MAX_COMPLAINTS).join(' ');
}
