interface Named {
  readonly id: string;
  readonly name: string;
  /** Of the crew that it works in. */
  readonly crew_name?: string | null;
}

const ID_END = 4;

/**
 * What to put beside names that several of a list have: the crew that each works in, or the end of its id where that does not
 * tell them apart either. A name that only one has stands alone.
 */
export function tellApart(named: readonly Named[]): Map<string, string> {
  const beside = new Map<string, string>();
  for (const same of Map.groupBy(named, ({ name }) => name.toLowerCase()).values()) {
    if (same.length === 1) continue;
    const inCrew = same.map(({ crew_name }) => crew_name ?? '');
    same.forEach(({ id }, at) => {
      const crew = inCrew[at] ?? '';
      const isTold = crew !== '' && inCrew.indexOf(crew) === inCrew.lastIndexOf(crew);
      beside.set(id, isTold ? crew : `…${id.slice(-ID_END)}`);
    });
  }
  return beside;
}
