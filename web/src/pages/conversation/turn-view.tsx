import { ChevronLeft, ChevronRight, Paperclip } from 'lucide-react';
import { AnswerText } from '../../chat/answer-text.tsx';
import { Citations } from '../../chat/answer-view.tsx';
import { toCitation } from '../../chat/try-events.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { LongText } from '../../ui/long-text.tsx';
import { Time } from '../../ui/time.tsx';
import { RunSteps, type TurnStep } from './run-steps.tsx';

export interface Turn {
  readonly message_id: string;
  readonly parent_message_id: string | null;
  readonly run_id: string;
  readonly status: string;
  readonly created_at: string;
  readonly messages: readonly {
    readonly role: string;
    readonly content: string;
    readonly attachments: readonly { readonly type: string; readonly name: string | null }[];
    readonly annotations: readonly Record<string, unknown>[];
  }[];
  readonly steps: readonly TurnStep[];
}

interface TurnViewProps {
  readonly turn: Turn;
  readonly branches: readonly { readonly message_id: string }[];
  readonly onBranch: (messageId: string) => void;
}

export function TurnView({ turn, branches, onBranch }: TurnViewProps) {
  return (
    <li className="space-y-3">
      {branches.length > 1 && <BranchSwitch turn={turn} branches={branches} onBranch={onBranch} />}
      {turn.messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the messages of a turn do not change
        <MessageView key={index} message={message} />
      ))}
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1 text-sm text-muted">
        <Time at={turn.created_at} />
        {turn.status !== 'completed' && <StatusBadge status={turn.status} />}
        <RunSteps runId={turn.run_id} said={turn.steps} startsOpen={turn.status !== 'completed'} />
      </div>
    </li>
  );
}

function MessageView({ message }: { readonly message: Turn['messages'][number] }) {
  const { role, content, attachments, annotations } = message;
  if (role === 'assistant') {
    return (
      <div className="space-y-2">
        <AnswerText text={content} />
        <Citations citations={annotations.map(toCitation)} />
      </div>
    );
  }
  return (
    <div className="ml-auto w-fit max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2">
      {role !== 'user' && <p className="text-xs text-muted">{role}</p>}
      <LongText text={content}>
        {(shown) => <p className="break-words whitespace-pre-wrap">{shown}</p>}
      </LongText>
      {attachments.map(({ type, name }) => (
        <p key={name ?? type} className="mt-1 flex items-center gap-1 text-sm text-muted">
          <Paperclip aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="min-w-0">{name ?? type}</span>
        </p>
      ))}
    </div>
  );
}

/** Where the conversation was taken up again in another way. */
function BranchSwitch({ turn, branches, onBranch }: TurnViewProps) {
  const at = branches.findIndex(({ message_id }) => message_id === turn.message_id);
  const go = (index: number) => {
    const branch = branches[index];
    if (branch) onBranch(branch.message_id);
  };
  return (
    <div className="flex items-center justify-end gap-1 text-sm text-muted">
      <IconButton label="The branch before" disabled={at === 0} onClick={() => go(at - 1)}>
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <span className="tabular">
        Branch {at + 1} of {branches.length}
      </span>
      <IconButton label="The branch after" disabled={at === branches.length - 1} onClick={() => go(at + 1)}>
        <ChevronRight aria-hidden="true" />
      </IconButton>
    </div>
  );
}
