/** Texts by the path under which the import knows them. */
export type CrewFiles = Readonly<Record<string, string>>;

const MAX_BYTES = 1_000_000;

/** Reads what was chosen or dropped; throws a sentence about the file that cannot be used. */
export async function readCrewFiles(chosen: readonly File[]): Promise<CrewFiles> {
  const entries = await Promise.all(
    chosen.map(async (file): Promise<[string, string]> => {
      const path = pathOf(file);
      if (path === undefined) {
        throw new Error(
          `${file.name} is neither YAML nor JSONC. Choose agents.yaml and tasks.yaml, or crew.jsonc.`,
        );
      }
      if (file.size > MAX_BYTES) throw new Error(`${file.name} is larger than 1 MB.`);
      return [path, await file.text()];
    }),
  );
  return Object.fromEntries(entries);
}

/** Of a single file only its name is known, so agents' files are told by what they are not. */
function pathOf({ name, webkitRelativePath }: File): string | undefined {
  if (/\.ya?ml$/i.test(name)) return name.replace(/\.yml$/i, '.yaml');
  if (!/\.jsonc?$/i.test(name)) return undefined;
  if (/^crew\.jsonc?$/i.test(name)) return 'crew.jsonc';
  const within = /(?:^|\/)(agents\/[^/]+)$/.exec(webkitRelativePath);
  return within?.[1] ?? `agents/${name}`;
}
