import { Type } from 'typebox';
import { Closed } from '../schemas.ts';
import { AgentBody } from './schema.ts';

const Message = Closed({
  role: Type.Enum(['user', 'assistant']),
  content: Type.String({ maxLength: 1_000_000 }),
});

export const TryBody = Closed({
  messages: Type.Array(Message, { minItems: 1, maxItems: 1_000, description: 'The last is to be answered.' }),
  draft: Type.Optional(AgentBody),
});
