import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { InlineConfig } from 'vite';

/** What the server answers itself; everything else is the console's. */
const SERVER = '^/(api|v1|health|docs|openapi.json|postman|metrics|widget)(/|$)';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** `serverUrl`: where `npm run dev` has the server; a build needs none. */
export function viteConfig(options: { outDir: string; serverUrl?: string }): InlineConfig {
  return {
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    plugins: [react(), tailwindcss()],
    logLevel: 'warn',
    build: {
      outDir: options.outDir,
      emptyOutDir: true,
      // The policy of the page allows nothing that is written into it.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: true,
      target: 'es2023',
      rolldownOptions: {
        input: { index: path('index.html'), widget: path('src/widget/main.ts') },
        // Pages of others name it, so its name stays.
        output: {
          entryFileNames: ({ name }) => (name === 'widget' ? 'widget.js' : 'assets/[name]-[hash].js'),
        },
      },
    },
    ...(options.serverUrl !== undefined && {
      server: { proxy: { [SERVER]: { target: options.serverUrl, ws: true } } },
    }),
  };
}
