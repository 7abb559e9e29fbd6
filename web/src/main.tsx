import './app.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.ts';
import { reloadWhenReplaced } from './reload-when-replaced.ts';
import { router } from './router.tsx';
import { applyTheme, followSystemTheme } from './shell/theme.ts';
import { keptText } from './ui/kept-text.ts';
import { toast } from './ui/toast.tsx';

applyTheme();
followSystemTheme();
reloadWhenReplaced();
keptText.whenFull((error) =>
  toast.failed('What you type is no longer kept: save it before you leave the page', error),
);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
