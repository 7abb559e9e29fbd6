import { PageFrame } from '../../../ui/page.tsx';
import { PricesPanel } from './prices-panel.tsx';
import { ProvidersPanel } from './providers-panel.tsx';

export function Page() {
  return (
    <PageFrame title="Models" lead="Where answers come from, and what they cost.">
      <div className="space-y-5">
        <ProvidersPanel />
        <PricesPanel />
      </div>
    </PageFrame>
  );
}
