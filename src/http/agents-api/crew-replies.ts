import type { DocumentedReply } from '../openapi/index.ts';

/** What a whole call of a crew may be answered with beside what an agent's is; for the API document. */
export const CREW_REPLIES: Readonly<Record<number, DocumentedReply>> = {
  422: {
    description: "The crew's job waits for a person, or the Idempotency-Key was used for another request.",
  },
};
