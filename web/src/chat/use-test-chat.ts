import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { type Answer, NO_ANSWER, tryAgent } from './try-events.ts';

export interface Exchange {
  readonly id: number;
  readonly question: string;
  readonly answer: Answer;
  readonly error?: ApiError;
  readonly isStopped?: boolean;
}

export interface TestChat {
  readonly exchanges: readonly Exchange[];
  readonly answering: boolean;
  ask(question: string): void;
  stop(): void;
  clear(): void;
}

/** A conversation that is kept in this page only. `draft` is looked at when a question is sent. */
export function useTestChat(agentId: string, draft: () => object | undefined): TestChat {
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([]);
  const queries = useQueryClient();
  const running = useRef<AbortController>(undefined);
  const [answering, setAnswering] = useState(false);
  const nextId = useRef(1);
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(
    async (question: string) => {
      const controller = new AbortController();
      running.current?.abort();
      running.current = controller;
      const id = nextId.current++;
      const update = (change: Partial<Exchange>) =>
        setExchanges((before) => before.map((each) => (each.id === id ? { ...each, ...change } : each)));
      // A question that has failed is no part of what the next one goes on with.
      const said = exchanges.filter(({ answer }) => answer.isComplete);
      const messages = said.flatMap(({ question: asked, answer }) => [
        { role: 'user' as const, content: asked },
        { role: 'assistant' as const, content: answer.text },
      ]);
      setExchanges((before) => [...before, { id, question, answer: NO_ANSWER }]);
      setAnswering(true);
      try {
        const what = draft();
        const body = {
          messages: [...messages, { role: 'user' as const, content: question }],
          ...(what && { draft: what }),
        };
        for await (const answer of tryAgent(agentId, body, controller.signal)) update({ answer });
      } catch (thrown) {
        update(controller.signal.aborted ? { isStopped: true } : { error: toApiError(thrown) });
      } finally {
        if (running.current === controller) setAnswering(false);
        for (const queryKey of [['usage'], ['billing']]) void queries.invalidateQueries({ queryKey });
      }
    },
    [agentId, draft, exchanges, queries],
  );

  return {
    exchanges,
    answering,
    ask: (question) => void ask(question),
    stop: () => running.current?.abort(),
    clear() {
      running.current?.abort();
      setExchanges([]);
    },
  };
}
