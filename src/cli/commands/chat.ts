import { text as readText } from 'node:stream/consumers';
import { ANSWER_TIMEOUT_MS, chatBody } from '../chat/ask-agent.ts';
import { converse } from '../chat/converse.ts';
import { showAnswer } from '../chat/show-answer.ts';
import { findAgentId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';

export const chat = defineCommand({
  name: 'chat',
  summary: 'Ask an agent something, or talk with it.',
  words: 'AGENT [MESSAGE]',
  details: `Without a message you talk with the agent line by line: Ctrl-C stops an answer, Ctrl-D leaves. A message may
also come through a pipe. The answer alone goes to standard output; what the agent thinks, what it cites and what it
costs go to standard error, with the id of the conversation, by which a later call goes on with it.
MUSTER_TOKEN may be an agent key.`,
  options: {
    conversation: { type: 'string', value: 'ID', help: 'Go on with this conversation.' },
    json: { type: 'boolean', help: 'Print the whole reply as JSON, once it is complete.' },
  },
  async run({ words: [given = '', message], values }, cli) {
    const isTalk = message === undefined && cli.input.isTTY === true && cli.err.isTerminal;
    if (isTalk && values.json) throw new UsageError('muster chat --json needs a message.');
    const client = cli.connect();
    const agentId = await findAgentId(client, given);
    const { conversation: conversationId } = values;
    if (isTalk) {
      await converse(cli, client, { agentId, conversationId });
      return;
    }
    const question = { agentId, message: message ?? (await readText(cli.input)), conversationId };
    if (question.message.trim() === '') throw new UsageError('muster chat: the message is empty.');
    if (values.json) {
      const options = { body: chatBody(question), timeoutMs: ANSWER_TIMEOUT_MS };
      const reply = await client.open('POST', '/api/agents/v1/chat/completions', options);
      cli.out.json(await reply.json());
      return;
    }
    await showAnswer(cli, client, question, { signal: new AbortController().signal });
  },
});
