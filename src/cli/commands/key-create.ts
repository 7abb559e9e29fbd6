import { findAgentId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { json, readDollars, readMoment } from '../flags.ts';

export const keyCreate = defineCommand({
  name: 'key create',
  summary: 'Make an agent key and print it.',
  details: `The key is shown this once. It alone goes to standard output, so that this works:
  KEY=$(muster key create --name website)`,
  options: {
    name: { type: 'string', value: 'NAME', required: true, help: 'Where the key is used.' },
    agent: {
      type: 'string',
      value: 'AGENT',
      multiple: true,
      help: 'An agent that it may call, by id or name; all unless given.',
    },
    'daily-limit': { type: 'string', value: 'USD', help: 'The most it may spend a day (UTC).' },
    'monthly-limit': { type: 'string', value: 'USD', help: 'The most it may spend a month (UTC).' },
    expires: { type: 'string', value: 'WHEN', help: '2027-01-31, a time, or a span such as 90d.' },
    json,
  },
  async run({ values }, { connect, clock, out, err }) {
    const daily = readDollars('daily-limit', values['daily-limit']);
    const monthly = readDollars('monthly-limit', values['monthly-limit']);
    const expires = readMoment('expires', values.expires, clock.now());
    const client = connect();
    const agents: string[] = [];
    for (const agent of values.agent) agents.push(await findAgentId(client, agent));
    const key = await client.post('/api/v1/agent-keys', {
      name: values.name,
      agent_ids: agents.length > 0 ? agents : undefined,
      daily_limit_usd: daily,
      monthly_limit_usd: monthly,
      expires_at: expires,
    });
    if (values.json) {
      out.json(key.raw);
      return;
    }
    out.line(key.text('key'));
    err.line(err.dim(`${key.text('id')}, '${key.text('name')}'. The key is shown this once.`));
  },
});
