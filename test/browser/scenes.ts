import type { Page } from 'playwright-core';
import type { TestApp } from '../../src/testing/test-app.ts';
import { seedAccount } from './seed.ts';
import { seedRuns } from './seed-crews.ts';

const HANDBOOK = `# Returns

Goods can be returned within 42 days of delivery, in their box. We pay the way back.

# Shipping

Parcels take three working days. Heavy ones come by van, and the driver calls the evening before.

# Repairs

We repair kettles for ten years. Send a picture of what is broken first.
`;

/** An agent that knows something. */
async function seedAgent(test: TestApp): Promise<string> {
  const id = await test.createAgent(test.owner, {
    name: 'Returns desk',
    instructions: 'You answer customers who want to send something back.\nBe brief and kind.',
    tools: ['calculator'],
  });
  await test.owner.call('POST', `/agents/${id}/documents`, { name: 'handbook.md', text: HANDBOOK });
  return id;
}

/** Three questions, the last of them asked in two ways. */
async function seedConversation(test: TestApp): Promise<string> {
  const model = await seedAgent(test);
  const say = async (content: string, thread: object = {}) => {
    const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model, messages: [{ role: 'user', content }], ...thread },
    });
    return { conversation_id: reply.field('conversation_id'), parent_message_id: reply.field('message_id') };
  };
  const first = await say('When can goods be returned?');
  const second = await say('How long do parcels take?', first);
  await say('And heavy ones?', second);
  await say('Do you repair kettles?', second);
  return first.conversation_id;
}

async function askSomething(page: Page, question: string): Promise<void> {
  await page.getByLabel('Message').fill(question);
  await page.getByLabel('Message').press('Enter');
  await page.getByText(/^\d steps?/).click();
}

/** A page with something on it, for the screenshots. */
export interface Scene {
  readonly name: string;
  readonly path: string | ((test: TestApp) => Promise<string>);
  readonly signedOut?: boolean;
  /** The page keeps a connection open, so the network never rests. */
  readonly listens?: boolean;
  /** Opens, types or waits for what the picture is to show. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** The page at `path`, with an account that has been used. */
const seeded = (path: string) => async (test: TestApp) => {
  await seedAccount(test);
  return path;
};

let runs: ReturnType<typeof seedRuns> | undefined;
/** The page at the path that is made of them, with crews that have been run. */
const withRuns = (path: (ids: Awaited<ReturnType<typeof seedRuns>>) => string) => async (test: TestApp) => {
  runs ??= seedRuns(test.owner);
  return path(await runs);
};

async function widgetDemo(test: TestApp): Promise<string> {
  const agentId = await test.createAgent(test.owner, { name: 'Shop help' });
  const { id } = await test.createKey(test.owner, { agent_ids: [agentId] });
  const body = { key_id: id, allowed_origins: [test.url], kind: 'embed' };
  const made = await test.owner.call('POST', `/agents/${agentId}/widget-tokens`, body);
  return `/widget/demo?embed=${made.field('token')}`;
}

export const SCENES: readonly Scene[] = [
  { name: 'login', path: '/login', signedOut: true },
  { name: 'setup', path: '/setup?token=setup_x', signedOut: true },
  {
    name: 'overview',
    path: async (test) => {
      await seedAgent(test);
      return '/';
    },
    prepare: (page) => askSomething(page, 'When can goods be returned?'),
  },
  {
    name: 'agents',
    path: async (test) => {
      for (const name of ['Returns desk', 'Sales coach', 'Contract reader']) {
        await test.createAgent(test.owner, { name });
      }
      return '/agents';
    },
  },
  {
    name: 'agent',
    path: async (test) => `/agents/${await seedAgent(test)}`,
    prepare: (page) =>
      askSomething(page, '[[call calculator {"expression":"6*7"}]] What is six times seven?'),
  },
  {
    name: 'agent-versions',
    path: async (test) => {
      const id = await seedAgent(test);
      const instructions =
        'You answer customers who want to send something back.\nBe brief.\nNever promise money.';
      await test.owner.call('PATCH', `/agents/${id}`, { instructions, temperature: 0.2 });
      return `/agents/${id}?tab=versions`;
    },
  },
  { name: 'agent-use', path: async (test) => `/agents/${await seedAgent(test)}?tab=use` },
  {
    name: 'conversations',
    path: async (test) => {
      await seedConversation(test);
      return '/conversations';
    },
  },
  {
    name: 'conversation',
    path: async (test) => `/conversations/${await seedConversation(test)}`,
    prepare: (page) => page.getByText('How it came about').first().click(),
  },
  {
    name: 'knowledge',
    path: async (test) => `/knowledge?agent=${await seedAgent(test)}`,
    prepare: async (page) => {
      await page.getByLabel('Question').fill('When can goods be returned?');
      await page.getByRole('button', { name: 'Search', exact: true }).click();
      await page
        .getByText(/^Because of/)
        .first()
        .waitFor();
    },
  },
  {
    name: 'document',
    path: async (test) => {
      const found = await test.owner.call('GET', `/agents/${await seedAgent(test)}/documents`);
      return `/knowledge/${found.field('documents.0.id')}?start=11&end=80`;
    },
  },
  { name: 'usage', path: seeded('/usage') },
  { name: 'keys', path: seeded('/keys') },
  {
    name: 'key-created',
    path: seeded('/keys'),
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Create key' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill('website');
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
      await page.getByText('It is shown this once').waitFor();
    },
  },
  { name: 'crews', path: withRuns(() => '/crews') },
  { name: 'crew', path: withRuns(({ crewId }) => `/crews/${crewId}`) },
  {
    name: 'crew-task',
    path: withRuns(({ crewId }) => `/crews/${crewId}`),
    prepare: (page) => page.getByRole('button', { name: /^draft/ }).click(),
  },
  {
    name: 'crew-run',
    path: withRuns(({ crewId }) => `/crews/${crewId}`),
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('dialog').getByLabel('product').waitFor();
    },
  },
  { name: 'crew-memory', path: withRuns(({ crewId }) => `/crews/${crewId}?tab=memory`) },
  {
    name: 'crew-managed',
    path: withRuns(({ managedCrew }) => `/crews/${managedCrew}`),
  },
  { name: 'crew-new', path: '/crews/new' },
  {
    name: 'crew-import',
    path: '/crews',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'runs', path: withRuns(() => '/runs') },
  {
    name: 'run',
    path: withRuns(({ completed }) => `/runs/${completed}`),
    prepare: (page) => page.getByRole('button', { name: /calculator/ }).click(),
  },
  { name: 'run-failed', path: withRuns(({ failed }) => `/runs/${failed}`) },
  { name: 'run-managed', path: withRuns(({ managed }) => `/runs/${managed}`) },
  {
    name: 'run-waiting',
    listens: true,
    path: withRuns(({ waiting }) => `/runs/${waiting}`),
    prepare: (page) => page.getByRole('button', { name: 'Approve' }).waitFor(),
  },
  { name: 'settings', path: '/settings' },
  { name: 'tools', path: '/tools' },
  {
    name: 'tool-add',
    path: '/tools',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add HTTP tool' }).click();
      await page.getByRole('button', { name: 'Add parameter' }).click();
    },
  },
  {
    name: 'sandbox',
    path: '/settings/sandbox',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Enter the sandbox' }).click();
      await page.getByRole('region', { name: 'Sandbox' }).waitFor();
      await page.goto('/settings');
      await page.getByRole('link', { name: /Audit log/ }).waitFor();
    },
  },
  { name: 'widget-settings', path: seeded('/settings/widget') },
  {
    name: 'widget',
    path: widgetDemo,
    prepare: async (page) => {
      await page.getByLabel('Write a message').fill('Which colours does the kettle come in?');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText(/Sandbox: /).waitFor();
    },
  },
  {
    name: 'schedule-new',
    path: '/schedules',
    prepare: (page) => page.getByRole('button', { name: 'New schedule' }).first().click(),
  },
  { name: 'people', path: seeded('/settings/people') },
  { name: 'models', path: seeded('/settings/models') },
  { name: 'audit', path: seeded('/settings/audit') },
  { name: 'accounts', path: seeded('/settings/accounts') },
  { name: 'webhooks', path: seeded('/settings/webhooks') },
  {
    name: 'webhook-add',
    path: seeded('/settings/webhooks'),
    prepare: (page) => page.getByRole('button', { name: 'Add webhook' }).first().click(),
  },
  { name: 'account', path: '/settings/account' },
  {
    name: 'palette',
    path: '/',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
    },
  },
];
