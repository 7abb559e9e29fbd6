import { after, before } from 'node:test';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';

/** For the top of a describe: a server, and a receiver of webhooks that it may reach. */
export function appWithReceiver(): { readonly test: TestApp; readonly receiver: WebhookReceiver } {
  let started: { readonly test: TestApp; readonly receiver: WebhookReceiver } | undefined;
  before(async () => {
    const receiver = await startWebhookReceiver();
    started = { receiver, test: await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: receiver.host }) };
  });
  after(async () => {
    await started?.test.close();
    await started?.receiver.close();
  });
  const both = () => {
    if (!started) throw new Error('Used before the tests have begun');
    return started;
  };
  return {
    get test() {
      return both().test;
    },
    get receiver() {
      return both().receiver;
    },
  };
}
