import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/api.ts';
import { formatAgo } from '../ui/format.ts';
import { useSettled } from '../ui/use-settled.ts';

interface FoundWork {
  readonly id: string;
  readonly label: string;
}

const MIN_CHARS = 2;
const CREWS = 3;
const RUNS_A_CREW = 3;
const CONVERSATIONS = 5;
const RUN_ID = /^job_\w+$/;

/** Runs, by their id or by words of their crew's name, and conversations, by words that were said in them. */
export function useFoundWork(text: string): {
  readonly runs: readonly FoundWork[];
  readonly conversations: readonly FoundWork[];
  /** There may be more. */
  readonly isLooking: boolean;
} {
  const wanted = text.trim();
  const words = useSettled(wanted);
  const enabled = words.length >= MIN_CHARS;
  const runs = useQuery({ queryKey: ['runs', 'search', words], queryFn: () => findRuns(words), enabled });
  const conversations = useQuery({
    queryKey: ['conversations', 'search', words],
    queryFn: () => findConversations(words),
    enabled,
  });
  // What was found is of words that are no longer the ones.
  if (words !== wanted) return { runs: [], conversations: [], isLooking: wanted.length >= MIN_CHARS };
  return enabled
    ? {
        runs: runs.data ?? [],
        conversations: conversations.data ?? [],
        isLooking: runs.isFetching || conversations.isFetching,
      }
    : { runs: [], conversations: [], isLooking: false };
}

async function findRuns(words: string): Promise<readonly FoundWork[]> {
  if (RUN_ID.test(words)) {
    const run = await api.GET('/executions/{id}', { params: { path: { id: words } } });
    return run.data ? [toFound(run.data)] : [];
  }
  const { crews } = await ask(api.GET('/crews', { params: { query: { q: words, limit: CREWS } } }));
  const found = await Promise.all(
    crews.map(({ id }) => {
      const query = { crew_id: id, limit: RUNS_A_CREW, brief: true };
      return ask(api.GET('/executions', { params: { query } }));
    }),
  );
  return found.flatMap(({ executions }) => executions.map(toFound));
}

function toFound(run: {
  readonly job_id: string;
  readonly crew_name: string;
  readonly status: string;
  readonly created_at: string;
}): FoundWork {
  const status = run.status.replaceAll('_', ' ');
  return { id: run.job_id, label: `${run.crew_name}: ${status}, ${formatAgo(run.created_at, Date.now())}` };
}

async function findConversations(words: string): Promise<readonly FoundWork[]> {
  const query = { q: words, limit: CONVERSATIONS };
  const { conversations } = await ask(api.GET('/conversations', { params: { query } }));
  return conversations.map(({ id, title, found }) => ({
    id,
    label: found ? `${title}: ${found.excerpt}` : title || 'Without words',
  }));
}
