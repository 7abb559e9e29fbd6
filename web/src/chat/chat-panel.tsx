import { Eraser, MessageCircle, Send, Square } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { inputClass } from '../ui/field.tsx';
import { isText } from '../ui/kept-text.ts';
import { LongText } from '../ui/long-text.tsx';
import { STAND_IN } from '../ui/model-field.tsx';
import { ModelTrouble, troubleOf } from '../ui/model-trouble.tsx';
import { ScrollBox } from '../ui/scroll-box.tsx';
import { useKept } from '../ui/use-kept.ts';
import { AnswerView } from './answer-view.tsx';
import type { Exchange, TestChat } from './use-test-chat.ts';

/** Left free above the question that an answer is shown with. */
const ABOVE_PX = 16;

interface ChatPanelProps {
  /** For links within the page. */
  readonly id?: string;
  readonly title: string;
  /** Below the title: what is being talked to. */
  readonly lead: string;
  /** Whose words these are, where it is known. */
  readonly model?: string | undefined;
  readonly chat: TestChat;
  /** Under which a message that is not sent yet is kept. */
  readonly keep: string;
  /** Questions to begin with, one click away. */
  readonly suggestions?: readonly string[];
  readonly className?: string;
}

export function ChatPanel({
  id,
  title,
  lead,
  model,
  chat,
  keep,
  suggestions = [],
  className,
}: ChatPanelProps) {
  const [text, setText] = useKept(keep, isText, '');
  const box = useRef<HTMLElement>(null);
  const newest = useRef<HTMLDivElement>(null);
  const { exchanges, answering } = chat;
  const last = exchanges.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is added is scrolled to
  useEffect(() => {
    // Only this box: the page around it stays where its reader put it. An answer is read from its question on.
    box.current?.scrollTo({ top: (newest.current?.offsetTop ?? 0) - ABOVE_PX });
  }, [exchanges.length, last?.answer.text]);

  const send = (question: string) => {
    if (question.trim() === '' || answering) return;
    setText('');
    chat.ask(question);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send(text);
  };
  return (
    <section
      id={id}
      aria-label={title}
      className={cx('flex min-h-96 scroll-mt-14 flex-col rounded-xl border bg-panel', className)}
    >
      <header className="flex items-start justify-between gap-2 border-b px-4 py-2.5">
        <div className="min-w-0">
          <h2 className="font-semibold">{title}</h2>
          <p className="text-sm text-muted">{lead}</p>
          {model === 'sandbox' && <p className="text-sm text-muted">{STAND_IN}</p>}
        </div>
        {exchanges.length > 0 && (
          <IconButton label="Start over" onClick={chat.clear}>
            <Eraser aria-hidden="true" />
          </IconButton>
        )}
      </header>
      <ScrollBox ref={box} label="Conversation" className="flex-1 overflow-y-auto">
        <div role="log" aria-label="Said so far" className="min-h-full space-y-5 px-4 py-4">
          {exchanges.length === 0 ? (
            <Beginning suggestions={suggestions} onChoose={chat.ask} />
          ) : (
            exchanges.map((exchange) => (
              <div key={exchange.id} ref={exchange === last ? newest : null}>
                <ExchangeView exchange={exchange} isLive={answering && exchange === last} />
              </div>
            ))
          )}
        </div>
      </ScrollBox>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          send(text);
        }}
        className="flex items-end gap-2 border-t p-3"
      >
        <textarea
          aria-label="Message"
          placeholder="Write a message"
          rows={Math.min(6, text.split('\n').length)}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKey}
          className={cx(inputClass, 'resize-none')}
        />
        {answering ? (
          <Button onClick={chat.stop}>
            <Square aria-hidden="true" className="size-3.5" /> Stop
          </Button>
        ) : (
          <Button look="primary" type="submit" disabled={text.trim() === ''}>
            <Send aria-hidden="true" className="size-4" /> Send
          </Button>
        )}
      </form>
    </section>
  );
}

function Beginning(props: {
  readonly suggestions: readonly string[];
  readonly onChoose: (text: string) => void;
}) {
  return (
    <div className="flex flex-col items-center justify-center gap-3 py-12 text-center">
      <MessageCircle aria-hidden="true" className="size-6 text-muted" />
      <p className="text-muted">Ask something to see how it answers.</p>
      <div className="flex flex-col items-stretch gap-2">
        {props.suggestions.map((suggestion) => (
          <Button
            key={suggestion}
            size="small"
            onClick={() => props.onChoose(suggestion)}
            className="h-auto! py-1.5 whitespace-normal"
          >
            {suggestion}
          </Button>
        ))}
      </div>
    </div>
  );
}

function ExchangeView({ exchange, isLive }: { readonly exchange: Exchange; readonly isLive: boolean }) {
  const { question, answer, error, isStopped } = exchange;
  const trouble = error && troubleOf(error);
  return (
    <div className="space-y-3">
      <div className="ml-auto w-fit max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2">
        <LongText text={question}>
          {(shown) => <p className="break-words whitespace-pre-wrap">{shown}</p>}
        </LongText>
      </div>
      <AnswerView answer={answer} />
      {isLive && answer.text === '' && (
        <p role="status" className="animate-pulse text-muted">
          {answer.steps.at(-1)?.type === 'tool' ? 'Using a tool…' : 'Thinking…'}
        </p>
      )}
      {isStopped && <p className="text-sm text-muted">Stopped. What was used until then is billed.</p>}
      {error && (
        <ErrorPanel
          error={error}
          title="It could not answer."
          words={trouble !== undefined && <ModelTrouble why={trouble} />}
        />
      )}
    </div>
  );
}
