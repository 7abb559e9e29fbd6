interface Call {
  readonly baseUrl: string;
  readonly key: string;
  readonly agentId: string;
}

const QUESTION = 'Hello, what can you do for me?';

/** Code that works as pasted: it calls this very agent. */
export const SNIPPETS: readonly {
  readonly name: string;
  readonly label: string;
  readonly code: (call: Call) => string;
}[] = [
  {
    name: 'curl',
    label: 'curl',
    code: ({ baseUrl, key, agentId }) => `curl ${baseUrl}/chat/completions \\
  -H 'authorization: Bearer ${key}' \\
  -H 'content-type: application/json' \\
  -d '{"model": "${agentId}", "messages": [{"role": "user", "content": "${QUESTION}"}]}'`,
  },
  {
    name: 'javascript',
    label: 'JavaScript',
    code: ({ baseUrl, key, agentId }) => `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: '${key}' });
const stream = await client.chat.completions.create({
  model: '${agentId}',
  messages: [{ role: 'user', content: '${QUESTION}' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');`,
  },
  {
    name: 'python',
    label: 'Python',
    code: ({ baseUrl, key, agentId }) => `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key="${key}")
answer = client.chat.completions.create(
    model="${agentId}",
    messages=[{"role": "user", "content": "${QUESTION}"}],
)
print(answer.choices[0].message.content)`,
  },
  {
    name: 'responses',
    label: 'Responses',
    code: ({ baseUrl, key, agentId }) => `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: '${key}' });
const first = await client.responses.create({ model: '${agentId}', input: '${QUESTION}' });
console.log(first.output_text);

// The server keeps the thread; go on with it by the id.
const next = await client.responses.create({
  model: '${agentId}',
  input: 'Tell me more.',
  previous_response_id: first.id,
});
console.log(next.output_text);`,
  },
];
