import { WidgetClient } from './client.ts';
import { element, icon } from './element.ts';
import type { WidgetOptions } from './options.ts';
import { STYLES } from './styles.ts';

const BUBBLE = 'M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z';
const CROSS = ['M6 6l12 12', 'M18 6L6 18'];
const AGAIN = ['M4 12a8 8 0 1 0 3-6.2', 'M4 4v5h5'];

/** Puts the chat into the page: a button, and the panel that it opens. */
export function mountWidget(options: WidgetOptions): void {
  const host = element('div');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];

  const client = new WidgetClient(options);
  const title = element('h2', { id: 'title' }, options.title ?? 'Chat');
  const log = element('div', { class: 'log', role: 'log', 'aria-label': 'Messages', tabindex: '0' });
  const status = element('div', { class: 'hidden', role: 'status' });
  const input = element('textarea', {
    rows: '1',
    maxlength: '4000',
    'aria-label': options.placeholder,
    placeholder: options.placeholder,
  });
  const send = element('button', { class: 'send', type: 'submit' }, 'Send');
  const again = element('button', { class: 'icon', type: 'button', 'aria-label': 'New conversation' });
  const close = element('button', { class: 'icon', type: 'button', 'aria-label': 'Close the chat' });
  again.append(icon(...AGAIN));
  close.append(icon(...CROSS));
  const form = element('form', {}, input, send);
  const panel = element(
    'section',
    { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: '' },
    element('header', {}, title, again, close),
    log,
    form,
    status,
  );
  const launch = element('button', {
    class: 'launch',
    type: 'button',
    'aria-label': 'Open the chat',
    'aria-expanded': 'false',
  });
  launch.append(icon(BUBBLE));
  const root = element('div', { class: `root ${options.side}` }, panel, launch);
  if (options.accent !== undefined) {
    root.style.setProperty('--accent', options.accent);
    root.style.setProperty('--on-accent', '#fff');
  }
  shadow.append(root);
  document.body.append(host);
  followTheme(root, options);
  greet();

  let asking: AbortController | undefined;
  let known = false;

  function greet(): void {
    if (options.greeting !== undefined) say('answer', options.greeting);
  }

  function say(kind: 'own' | 'answer' | 'problem', text: string): HTMLElement {
    const message = element('div', { class: `message ${kind}` }, text);
    if (kind === 'problem') message.setAttribute('role', 'alert');
    log.append(message);
    log.scrollTop = log.scrollHeight;
    return message;
  }

  function show(open: boolean): void {
    panel.hidden = !open;
    root.classList.toggle('open', open);
    launch.setAttribute('aria-expanded', String(open));
    launch.setAttribute('aria-label', open ? 'Close the chat' : 'Open the chat');
    if (!open) return;
    input.focus();
    // Asked once it is wanted: a page that nobody chats on costs the server nothing.
    if (known) return;
    known = true;
    client.open().then(
      (name) => {
        if (name !== undefined && options.title === undefined) title.textContent = name;
      },
      (error: unknown) => {
        known = false;
        say('problem', messageOf(error));
      },
    );
  }

  async function ask(text: string): Promise<void> {
    const own = new AbortController();
    asking = own;
    say('own', text);
    send.disabled = true;
    status.textContent = 'The answer is being written';
    const reply = say('answer', '');
    reply.classList.add('waiting');
    try {
      for await (const piece of client.send(text, own.signal)) {
        reply.append(piece);
        log.scrollTop = log.scrollHeight;
      }
    } catch (error) {
      if (own.signal.aborted) return;
      if (reply.textContent === '') reply.remove();
      say('problem', messageOf(error));
      // Nothing that was typed is lost.
      if (input.value === '') input.value = text;
    } finally {
      reply.classList.remove('waiting');
      if (asking === own) {
        asking = undefined;
        send.disabled = false;
        status.textContent = '';
      }
    }
  }

  function submit(event?: Event): void {
    event?.preventDefault();
    const text = input.value.trim();
    if (text === '' || asking) return;
    input.value = '';
    // The button is switched off meanwhile, and would lose the focus.
    input.focus();
    void ask(text);
  }

  launch.addEventListener('click', () => show(panel.hidden !== false));
  close.addEventListener('click', () => {
    show(false);
    launch.focus();
  });
  again.addEventListener('click', () => {
    asking?.abort();
    asking = undefined;
    send.disabled = false;
    client.forget();
    log.replaceChildren();
    greet();
    input.focus();
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    show(false);
    launch.focus();
  });
  form.addEventListener('submit', submit);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  });
  if (options.open) show(true);
}

/** As the page's maker says, else as the visitor's system does. */
function followTheme(root: HTMLElement, { theme }: WidgetOptions): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => root.classList.toggle('dark', theme === undefined ? dark.matches : theme === 'dark');
  dark.addEventListener('change', apply);
  apply();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong. Please try again.';
}
