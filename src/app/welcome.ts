import type { Demo } from './demo.ts';

/** Where `muster login` looks unless told. */
const DEFAULT_ADDRESS = 'http://localhost:8000';

/** What the terminal says once the server answers: where it is, how to sign in, and a call that works as pasted. */
export function welcome(input: {
  address: string;
  /** Where people reach it, who may be elsewhere. */
  publicUrl: string;
  /** Undefined when everybody knows how to sign in already. */
  ownerEmail: string | undefined;
  setupToken: string | undefined;
  demo: Demo | undefined;
}): string {
  const { address, publicUrl, ownerEmail, setupToken, demo } = input;
  const lines = ['', `Muster is running at ${address}${publicUrl === address ? '' : ` (${publicUrl})`}`, ''];
  if (setupToken === undefined) {
    lines.push(`Open it in a browser and sign in${ownerEmail === undefined ? '' : ` as ${ownerEmail}`}.`, '');
  } else {
    lines.push(`Open this in a browser to set the password of ${ownerEmail ?? 'the owner'}:`);
    lines.push(`  ${publicUrl}/setup?token=${setupToken}`);
    lines.push('It works once, and goes when the server is started again, which shows a new one.');
    lines.push('With that password you can sign in there, and for the commands in this terminal:');
    lines.push(`  npx muster login${address === DEFAULT_ADDRESS ? '' : ` --url ${address}`}`, '');
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
