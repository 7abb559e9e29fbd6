interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

interface Times {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

/** From the start of a process on: an OTLP sum or histogram that goes on growing. */
const CUMULATIVE = 2;

/**
 * The metrics of GET /metrics as OTLP has them in JSON. Made from that very text, so that the two ways can never differ.
 */
export function toOtlpMetrics(
  text: string,
  service: { readonly name: string; readonly version: string },
  { startedAt, now }: { readonly startedAt: number; readonly now: number },
) {
  const times = { startTimeUnixNano: toNano(startedAt), timeUnixNano: toNano(now) };
  const attributes = toAttributes({ 'service.name': service.name, 'service.version': service.version });
  const metrics = readFamilies(text)
    .filter(({ samples }) => samples.length > 0)
    .map((family) => ({
      name: family.name,
      description: family.help,
      ...(unitOf(family.name) && { unit: unitOf(family.name) }),
      ...dataOf(family, times),
    }));
  return {
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: 'muster' }, metrics }] }],
  };
}

function dataOf(family: Family, times: Times) {
  if (family.type === 'histogram') {
    return {
      histogram: { aggregationTemporality: CUMULATIVE, dataPoints: distributions(family, times) },
    };
  }
  const dataPoints = family.samples.map(({ labels, value }) => ({
    attributes: toAttributes(labels),
    ...times,
    asDouble: value,
  }));
  if (family.type === 'counter')
    return { sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
  return { gauge: { dataPoints } };
}

/** Prometheus counts what lies below each bound, OTLP what lies between two. */
function distributions({ name, samples }: Family, times: Times) {
  const bySeries = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  return [...bySeries].map(([series, own]) => {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const of = (ending: string) => own.find((sample) => sample.name === name + ending)?.value ?? 0;
    return {
      attributes: toAttributes(JSON.parse(series)),
      ...times,
      count: String(of('_count')),
      sum: of('_sum'),
      explicitBounds: buckets.slice(0, -1).map(({ labels }) => Number(labels.le)),
      bucketCounts: buckets.map(({ value }, index) => String(value - (buckets[index - 1]?.value ?? 0))),
    };
  });
}

const SAMPLE = /^([\w:]+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

function readFamilies(text: string): Family[] {
  const families: Family[] = [];
  let help = '';
  for (const line of text.split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (word === 'HELP') help = rest;
    else if (word === 'TYPE') families.push({ name, type: rest, help, samples: [] });
    else {
      const sample = toSample(line);
      if (sample) families.at(-1)?.samples.push(sample);
    }
  }
  return families;
}

function toSample(line: string): Sample | undefined {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return undefined;
  const pairs = [...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [key, unescaped(text)]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
}

function unitOf(name: string): string | undefined {
  if (/_seconds(_total)?$/.test(name)) return 's';
  if (/_bytes$/.test(name)) return 'By';
  return undefined;
}

function toAttributes(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function toNano(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}
