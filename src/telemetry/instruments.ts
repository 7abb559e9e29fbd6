/** A metric never has more series than this: names that users choose must not fill the memory. */
const MAX_SERIES = 500;
const OTHER = 'other';

interface Description {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Something that can be written in the text format of Prometheus. */
export interface Instrument {
  lines(): Iterable<string>;
}

/** Values by their labels. */
class Series<T> {
  readonly #byLabels = new Map<string, { readonly labels: string; value: T }>();
  readonly #description: Description;
  readonly #make: () => T;

  constructor(description: Description, make: () => T) {
    this.#description = description;
    this.#make = make;
  }

  at(values: readonly string[]): { value: T } {
    const known = this.#byLabels.get(values.join('\n'));
    if (known) return known;
    const shown = this.#byLabels.size < MAX_SERIES ? values : values.map(() => OTHER);
    const key = shown.join('\n');
    const entry = this.#byLabels.get(key) ?? {
      labels: labelText(this.#description.labels, shown),
      value: this.#make(),
    };
    this.#byLabels.set(key, entry);
    return entry;
  }

  entries(): Iterable<{ readonly labels: string; readonly value: T }> {
    return this.#byLabels.values();
  }
}

/** A sum that only grows. */
export class Counter implements Instrument {
  readonly #description: Description;
  readonly #series: Series<number>;

  constructor(name: string, help: string, labels: readonly string[] = []) {
    this.#description = { name, help, labels };
    this.#series = new Series(this.#description, () => 0);
  }

  add(values: readonly string[], by = 1): void {
    this.#series.at(values).value += by;
  }

  *lines(): Iterable<string> {
    yield* headOf(this.#description, 'counter');
    for (const { labels, value } of this.#series.entries())
      yield sample(this.#description.name, labels, value);
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How often values up to each bound were seen. */
export class Histogram implements Instrument {
  readonly #description: Description;
  readonly #bounds: readonly number[];
  readonly #series: Series<Distribution>;

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.#description = { name, help, labels };
    this.#bounds = bounds;
    this.#series = new Series(this.#description, () => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
  }

  observe(values: readonly string[], value: number): void {
    const { value: seen } = this.#series.at(values);
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket !== -1) seen.counts[bucket] = (seen.counts[bucket] ?? 0) + 1;
    seen.sum += value;
    seen.count += 1;
  }

  *lines(): Iterable<string> {
    const { name } = this.#description;
    yield* headOf(this.#description, 'histogram');
    for (const { labels, value } of this.#series.entries()) {
      let below = 0;
      for (const [index, bound] of this.#bounds.entries()) {
        below += value.counts[index] ?? 0;
        yield sample(`${name}_bucket`, withBound(labels, String(bound)), below);
      }
      yield sample(`${name}_bucket`, withBound(labels, '+Inf'), value.count);
      yield sample(`${name}_sum`, labels, value.sum);
      yield sample(`${name}_count`, labels, value.count);
    }
  }
}

/** What is looked up when it is asked for. */
export function gauge(
  name: string,
  help: string,
  values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[],
): string[] {
  return [
    ...headOf({ name, help }, 'gauge'),
    ...values.map(({ labels = {}, value }) =>
      sample(name, labelText(Object.keys(labels), Object.values(labels)), value),
    ),
  ];
}

function headOf({ name, help }: Pick<Description, 'name' | 'help'>, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function sample(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value}`;
}

function withBound(labels: string, bound: string): string {
  return `${labels}${labels === '' ? '' : ','}le="${bound}"`;
}

function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
