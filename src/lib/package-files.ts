/**
 * Where the package's files are, from the sources (src/lib/…) and from the bundle (dist/<hash>/…, all modules side by
 * side) alike.
 */
const isSource = import.meta.url.endsWith('.ts');

/** The folder of package.json, with a slash at its end. Sources and bundle are both two folders below it. */
export const packageRoot = new URL('../../', import.meta.url);

/** The file of a worker thread, named without its ending; `from` is the import.meta.url of its neighbour in the sources. */
export function threadUrl(name: string, from: string): URL {
  return new URL(isSource ? `./${name}.ts` : `./${name}.js`, from);
}
