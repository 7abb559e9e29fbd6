import { Type } from 'typebox';
import { Closed, Id, Time } from '../schemas.ts';

export const MemoryParams = Type.Object({ crew_id: Id });

export const MemoryReply = Type.Object({
  short_term: Type.Array(
    Type.Object({ timestamp: Time, content: Type.String(), job_id: Type.String(), user: Type.String() }),
    { description: 'What recent jobs did, the newest first.' },
  ),
  long_term: Type.Array(
    Type.Object({
      category: Type.String(),
      insights: Type.Array(Type.String()),
      sources: Type.Array(Type.Object({ job_id: Type.String(), timestamp: Time, user: Type.String() }), {
        description: 'Which job wrote each insight, in their order.',
      }),
    }),
  ),
});

export const ClearBody = Closed({ type: Type.Enum(['short_term', 'long_term', 'all']) });
