import type { Demo } from './demo.ts';

/** What the terminal says once the server answers: where it is, how to sign in, and a call that works as pasted. */
export function welcome(input: {
  address: string;
  /** Undefined when everybody knows how to sign in already. */
  ownerEmail: string | undefined;
  setupToken: string | undefined;
  demo: Demo | undefined;
}): string {
  const { address, ownerEmail, setupToken, demo } = input;
  const lines = ['', `Muster is running at ${address}`, ''];
  if (setupToken === undefined) {
    lines.push(`Open it in a browser and sign in${ownerEmail === undefined ? '' : ` as ${ownerEmail}`}.`, '');
  } else {
    lines.push(`Open this in a browser to set the password of ${ownerEmail ?? 'the owner'} (it works once):`);
    lines.push(`  ${address}/setup?token=${setupToken}`, '');
  }
  if (demo) {
    lines.push('Ask the demo agent (its key is shown this once):');
    lines.push(`  curl ${address}/api/agents/v1/chat/completions \\`);
    lines.push(`    -H 'authorization: Bearer ${demo.key}' -H 'content-type: application/json' \\`);
    lines.push(
      `    -d '{"model": "${demo.agentId}", "messages": [{"role": "user", "content": "How do I add documents to an agent?"}]}'`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}
