import { formatUsd } from './format.ts';

interface Described {
  readonly description: string;
  readonly price_usd?: number;
  /** Settings of the server that are still to be made; null: none. */
  readonly needs?: string | null;
}

/** What a tool does, what a call costs, and whether it can do it yet. */
export function toolHint({ description, price_usd = 0, needs = null }: Described): string {
  const price = price_usd > 0 ? ` ${formatUsd(price_usd)} a call.` : '';
  return needs === null
    ? `${description}${price}`
    : `Not set up. ${wayToSetUp(needs)} ${description}${price}`;
}

export function wayToSetUp(needs: string): string {
  return `Whoever runs the server has to set ${needs}.`;
}
