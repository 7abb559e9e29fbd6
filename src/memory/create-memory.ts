import type { Database, Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { rankMemories } from './rank-memories.ts';
import { createMemoryStore } from './store.ts';
import type { MemoryItem, MemoryKind, MemoryScope, NewInsight } from './types.ts';

const MAX_CONTENT = 2_000;
const MAX_CATEGORY = 60;
const BOTH = ['short_term', 'long_term'] as const;

/** What crews remember of their jobs. No model is asked here: what is relevant is told by words. */
export interface Memory {
  /** All that a crew remembers, of whomever; the newest first. */
  read(accountId: string, crewId: string, kind: MemoryKind): Promise<MemoryItem[]>;
  /** What of both kinds has to do with the query, the nearest first; nothing that the job itself has written. */
  recall(scope: MemoryScope, jobId: string, query: string, limit: number): Promise<MemoryItem[]>;
  /** The long-term memories that a new insight may repeat or correct; the newest first. */
  insights(scope: MemoryScope): Promise<MemoryItem[]>;
  /** What keeps something that has just happened. Old ones make room. */
  keep(scope: MemoryScope, content: string, jobId: string): Statement[];
  /** What merges new insights with those that there are: repeated ones are left out, corrected ones replaced. */
  merge(
    scope: MemoryScope,
    known: readonly MemoryItem[],
    insights: readonly NewInsight[],
    jobId: string,
  ): Statement[];
  /** Of contents that were recalled before, those that are still remembered. */
  stillKnown(scope: MemoryScope, contents: readonly string[]): Promise<string[]>;
  /** What forgets all of a crew: for the batch that deletes it. */
  forget(accountId: string, crewId: string): Statement;
  /** Forgets for good. */
  clear(accountId: string, crewId: string, type: MemoryKind | 'all'): Promise<void>;
}

export function createMemory({ db, clock, ids }: { db: Database; clock: Clock; ids: Ids }): Memory {
  const store = createMemoryStore(db);
  return {
    read: (accountId, crewId, kind) => store.listAll(accountId, crewId, kind),

    async recall(scope, jobId, query, limit) {
      const earlier = (await store.list(scope, undefined)).filter((item) => item.jobId !== jobId);
      return rankMemories(earlier, query, clock.now(), limit);
    },

    async stillKnown(scope, contents) {
      if (contents.length === 0) return [];
      const known = new Set((await store.list(scope, undefined)).map(({ content }) => content));
      return contents.filter((content) => known.has(content));
    },

    forget: (accountId, crewId) => store.clear(accountId, crewId, BOTH),

    insights: (scope) => store.list(scope, 'long_term'),

    keep(scope, content, jobId) {
      const text = content.trim().slice(0, MAX_CONTENT);
      if (text === '') return [];
      const item = { id: ids.next('mem_'), kind: 'short_term', category: '', content: text, jobId } as const;
      return [store.insert(scope, item, clock.now()), store.prune(scope, 'short_term')];
    },

    merge(scope, known, insights, jobId) {
      const now = clock.now();
      const said = new Set(known.map(({ content }) => normal(content)));
      const statements: Statement[] = [];
      for (const insight of insights) {
        const content = insight.content.trim().slice(0, MAX_CONTENT);
        const category = categoryOf(insight.category, known);
        if (content === '' || said.has(normal(content))) continue;
        said.add(normal(content));
        const old = known.find(({ id }) => id === insight.replaces);
        statements.push(
          old
            ? store.replace(scope, { id: old.id, category, content, jobId }, now)
            : store.insert(scope, { id: ids.next('mem_'), kind: 'long_term', category, content, jobId }, now),
        );
      }
      return statements.length === 0 ? [] : [...statements, store.prune(scope, 'long_term')];
    },

    async clear(accountId, crewId, type) {
      const kinds: readonly MemoryKind[] = type === 'all' ? BOTH : [type];
      await db.write([store.clear(accountId, crewId, kinds)]);
    },
  };
}

/** A known category in its known letters, so that one thing is not filed under two spellings. */
function categoryOf(given: string, known: readonly MemoryItem[]): string {
  const category = given.trim().slice(0, MAX_CATEGORY) || 'general';
  return known.find((item) => normal(item.category) === normal(category))?.category ?? category;
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();
}
