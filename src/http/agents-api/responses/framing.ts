/** How events are put on a wire: what stands before and after an event's JSON, and what is added to its fields. */
export interface Framing {
  before(type: string): string;
  /** Further fields, as `,"name":value`. */
  readonly fields: string;
  readonly after: string;
}

/** One frame a write, LF only, the event's name equal to its type. */
export const sseFraming: Framing = {
  before: (type) => `event: ${type}\ndata: `,
  fields: '',
  after: '\n\n',
};

/** A text frame an event. A client that runs several lanes on one socket gets its lane's id back on each. */
export function socketFraming(streamId: string | undefined): Framing {
  return {
    before: () => '',
    fields: streamId === undefined ? '' : `,"stream_id":${JSON.stringify(streamId)}`,
    after: '',
  };
}
