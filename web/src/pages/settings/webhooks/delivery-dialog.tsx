import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { formatDateTime, formatDuration } from '../../../ui/format.ts';
import { Loading } from '../../../ui/skeleton.tsx';
import { useChange } from '../../../ui/use-change.ts';

interface DeliveryDialogProps {
  readonly webhookId: string;
  readonly deliveryId: string | undefined;
  readonly onClose: () => void;
}

/** What was sent, what came back at each attempt, and sending it again. */
export function DeliveryDialog({ webhookId, deliveryId, onClose }: DeliveryDialogProps) {
  return (
    <Dialog open={deliveryId !== undefined} onClose={onClose} title="Delivery" wide>
      {deliveryId !== undefined && <Shown id={webhookId} delivery_id={deliveryId} onClose={onClose} />}
    </Dialog>
  );
}

function Shown(props: { readonly id: string; readonly delivery_id: string; readonly onClose: () => void }) {
  const { onClose, ...path } = props;
  const attempt = useChange(['webhooks']);
  const delivery = useQuery({
    queryKey: ['webhooks', 'delivery', path.delivery_id],
    queryFn: () => ask(api.GET('/webhooks/{id}/deliveries/{delivery_id}', { params: { path } })),
  });
  const replay = async () => {
    const sent = await attempt({
      failed: 'It could not be sent again',
      done: 'It is sent again, as a delivery of its own',
      call: () => ask(api.POST('/webhooks/{id}/deliveries/{delivery_id}/replay', { params: { path } })),
    });
    if (sent) onClose();
  };
  if (delivery.isError)
    return <ErrorPanel error={delivery.error} title="The delivery could not be loaded." />;
  if (!delivery.data) return <Loading />;
  const { log, payload } = delivery.data;
  return (
    <div className="space-y-4">
      <section>
        <h3 className="mb-1 font-medium">Attempts</h3>
        {log.length === 0 && <p className="text-muted">None yet.</p>}
        <ol className="divide-y rounded-lg border">
          {log.map(({ number, time, status, error, duration_ms, response }) => (
            <li key={number} className="px-3 py-2">
              <p className="flex flex-wrap justify-between gap-x-3">
                <span className="font-medium">
                  {status === null ? (error ?? 'no reply') : `Status ${status}`}
                </span>
                <span className="text-sm text-muted tabular">
                  {formatDateTime(time)}, {formatDuration(duration_ms)}
                </span>
              </p>
              {status !== null && error !== null && <p className="text-sm text-danger">{error}</p>}
              {response !== '' && <p className="font-mono text-xs break-all text-muted">{response}</p>}
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h3 className="mb-1 font-medium">What was sent</h3>
        <CodeBlock code={JSON.stringify(payload, null, 2)} label="Payload" />
      </section>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button look="primary" onClick={() => void replay()}>
          Send again
        </Button>
      </DialogActions>
    </div>
  );
}
