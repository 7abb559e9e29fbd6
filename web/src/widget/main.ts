import { readOptions } from './options.ts';
import { mountWidget } from './view.ts';

/** One script tag is all that a page has of it, so what is wrong with the tag is said where its maker looks. */
function start(): void {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const options = readOptions(script);
  if (options === undefined) {
    throw new Error('The chat widget needs data-embed or data-visit in its script tag.');
  }
  const mount = () => mountWidget(options);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mount, { once: true });
  else mount();
}

start();
