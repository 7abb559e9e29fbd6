import { readdirSync, readFileSync } from 'node:fs';
import { packageRoot } from '../lib/package-files.ts';
import type { MusterApp } from './create-app.ts';

export interface Demo {
  readonly agentId: string;
  /** The only time that it is known in full. */
  readonly key: string;
}

const GUIDE = new URL('docs/guide/', packageRoot);

/**
 * Makes the demo: an agent on the built-in model that knows Muster's own guide, a crew around it, and a key for both. It
 * works without any provider, so that the first call of a new server answers from documents.
 */
export async function seedDemo(app: MusterApp, accountId: string): Promise<Demo> {
  const agent = await app.agents.createAgent(
    accountId,
    {
      name: 'Muster guide',
      description: "Answers questions about Muster from Muster's own guide.",
      instructions:
        'You help people who set up and call agents on this Muster server. Answer from the guide, in a few sentences, and say so when the guide does not tell.',
      model: 'sandbox',
    },
    undefined,
  );
  const documents = await Promise.all(
    readdirSync(GUIDE)
      .filter((name) => name.endsWith('.md'))
      .map((name) =>
        app.knowledge.addDocument(accountId, agent.id, { name, bytes: readFileSync(new URL(name, GUIDE)) }),
      ),
  );
  await Promise.all(documents.map((document) => app.knowledge.waitUntilSettled(accountId, document.id)));
  const crewId = await seedCrew(app, accountId, agent.id);
  const callable = [agent.id, crewId];
  const { key } = await app.accounts.createKey(accountId, { name: 'Demo', agentIds: callable }, undefined);
  return { agentId: agent.id, key };
}

/** A crew of two: one looks a question up in the guide, the other makes a short answer of what was found. */
async function seedCrew(app: MusterApp, accountId: string, guideId: string): Promise<string> {
  const { crew } = await app.crews.createCrew(
    accountId,
    {
      name: 'Help desk',
      description: "Looks a question up in Muster's guide, then answers it in short.",
      process: 'sequential',
      memory: false,
      agents: [
        { id: guideId },
        {
          name: 'Editor',
          description: 'Makes short answers of long ones.',
          role: 'Editor',
          goal: 'Say what matters in a few plain sentences',
          model: 'sandbox',
        },
      ],
      tasks: [
        { name: 'look up', description: '{message}', agent: 0 },
        {
          name: 'answer',
          description: 'Answer the question "{message}" in a few sentences.',
          expectedOutput: 'A short answer with where it stands in the guide',
          agent: 1,
          context: ['look up'],
        },
      ],
    },
    undefined,
  );
  return crew.id;
}
