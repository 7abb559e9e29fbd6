import { useRef } from 'react';
import { api, ask } from '../../api/api.ts';
import { madeBefore } from '../../api/saved-before.ts';
import type { CrewDraft } from './draft.ts';
import { toBody } from './to-body.ts';

/** The crew that was made, and of which draft: a try may have made it of which no reply came. */
export interface PostedCrew {
  readonly id: string;
  readonly what: CrewDraft;
}

/** Makes a crew, once however often it is tried from this page. */
export function usePostCrew(): (what: CrewDraft) => Promise<PostedCrew> {
  const posted = useRef<PostedCrew>(undefined);
  /** What was sent to be made, by the bodies of the requests. */
  const tried = useRef(new Map<unknown, CrewDraft>());
  const post = async (what: CrewDraft): Promise<PostedCrew> => {
    const body = toBody(what, undefined, {});
    tried.current.set(JSON.stringify(body), what);
    try {
      const { id } = await ask(api.POST('/crews', { body }));
      return { id, what };
    } catch (thrown) {
      const before = madeBefore(thrown);
      const first = tried.current.get(before?.sent);
      if (!before || !first) throw thrown;
      return { id: before.id, what: first };
    }
  };
  return async (what) => {
    posted.current ??= await post(what);
    return posted.current;
  };
}
