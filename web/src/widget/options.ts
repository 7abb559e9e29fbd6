export interface WidgetOptions {
  /** `https://agents.example.com`: where the script came from. */
  readonly server: string;
  /** One of the two is there. */
  readonly embed: string | undefined;
  readonly visit: string | undefined;
  readonly title: string | undefined;
  readonly greeting: string | undefined;
  readonly placeholder: string;
  readonly accent: string | undefined;
  readonly theme: 'light' | 'dark' | undefined;
  readonly side: 'left' | 'right';
  readonly open: boolean;
}

/** What the script tag says; undefined without a token. */
export function readOptions({ src, dataset }: HTMLScriptElement): WidgetOptions | undefined {
  const { embed, visit, title, greeting, placeholder, accent, theme, side, open } = dataset;
  if (embed === undefined && visit === undefined) return undefined;
  return {
    server: new URL(src, location.href).origin,
    embed,
    visit,
    title,
    greeting,
    placeholder: placeholder ?? 'Write a message',
    accent: accent !== undefined && CSS.supports('color', accent) ? accent : undefined,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    side: side === 'left' ? 'left' : 'right',
    open: open === 'true',
  };
}
