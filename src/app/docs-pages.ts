import { usdNumber } from '../billing/index.ts';
import { settings } from '../config/index.ts';
import { errorCatalogue } from './error-catalogue.ts';

/** The pages that are made from the code's own tables. `npm run docs` writes them; a test compares. */
export const docsPages: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationPage,
  'docs/errors.md': errorsPage,
};

function configurationPage(): string {
  const rows = Object.entries(settings).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${showDefault(fallback)} | ${meaning} |`,
  );
  return `# Configuration

All settings are environment variables, and all are optional. A wrong value, or a \`MUSTER_…\` variable that is no setting,
stops the start with a line that names it. \`muster serve\` takes \`--host\`, \`--port\` and \`--home\` as well.

| name | default | meaning |
|---|---|---|
${rows.join('\n')}
`;
}

function showDefault(fallback: unknown): string {
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return 'unset';
  if (typeof fallback === 'boolean') return fallback ? '`1`' : '`0`';
  // Money is kept in nano-dollars, and set in dollars.
  if (typeof fallback === 'bigint') return `\`${usdNumber(fallback)}\``;
  if (typeof fallback === 'object') return 'unset';
  return `\`${String(fallback)}\``;
}

function errorsPage(): string {
  const sections = Object.entries(errorCatalogue).map(([room, errors]) => {
    const rows = Object.values(errors).map(
      ({ code, spec }) => `| \`${code}\` | ${spec.status} | \`${spec.platformCode}\` | ${spec.meaning} |`,
    );
    return `## ${room}\n\n| code | status | on the Platform API | when, and the way out |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors

The Agents API answers \`{"error": {"message", "type", "code", "param"}}\`, the Platform API \`{"error": {"code", "message",
"details", "request_id"}}\`. On the Platform API \`code\` is the coarse one of the third column, and \`details.code\` the fine
one where they differ. Every reply carries \`x-request-id\`.

${sections.join('\n')}`;
}
