import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

interface FirstStepsProps {
  /** The newest agent of one's own. */
  readonly own: Named | undefined;
  /** One that can be called until there is. */
  readonly other: Named | undefined;
}

/** From nothing to a program that calls an agent of one's own. */
export function FirstSteps({ own, other }: FirstStepsProps) {
  const callable = own ?? other;
  return (
    <section aria-labelledby="first-steps" className="rounded-xl border bg-panel p-5">
      <h2 id="first-steps" className="font-semibold">
        An agent of your own
      </h2>
      <ol className="mt-4 space-y-5">
        <Step
          number={1}
          title="Make it"
          lead="A name, a few sentences of instructions, a model. The model “sandbox” is a free stand-in without AI."
        >
          <Link to="/agents" search={{ new: 1 }} className={buttonClass('primary', 'small')}>
            New agent
          </Link>
        </Step>
        <Step
          number={2}
          title="Give it documents"
          lead="It answers from them, and says where each answer stands."
        >
          <Link
            to="/knowledge"
            search={own ? { agent: own.id } : {}}
            className={buttonClass('plain', 'small')}
          >
            Add documents
          </Link>
        </Step>
        <Step number={3} title="Call it" lead="With a key, from any OpenAI SDK: its id is the model.">
          {callable && (
            <Link
              to="/agents/$id"
              params={{ id: callable.id }}
              search={{ tab: 'use' }}
              className={cx(buttonClass('plain', 'small'), 'max-w-full')}
            >
              <span className="truncate">Code for “{callable.name}”</span>
            </Link>
          )}
        </Step>
      </ol>
    </section>
  );
}

function Step(props: {
  readonly number: number;
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}) {
  return (
    <li className="flex gap-3">
      <span
        aria-hidden="true"
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent-strong"
      >
        {props.number}
      </span>
      <div className="min-w-0">
        <h3 className="font-medium">{props.title}</h3>
        <p className="mb-2 text-sm text-muted">{props.lead}</p>
        {props.children}
      </div>
    </li>
  );
}
