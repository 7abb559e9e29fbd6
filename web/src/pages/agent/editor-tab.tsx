import { useCallback, useRef } from 'react';
import type { Agent } from '../../api/agent-query.ts';
import { ChatPanel } from '../../chat/chat-panel.tsx';
import { useTestChat } from '../../chat/use-test-chat.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { toBody } from './agent-draft.ts';
import { AgentForm } from './agent-form.tsx';
import type { AgentEditor } from './use-agent-editor.ts';

interface EditorTabProps {
  readonly agent: Agent;
  readonly editor: AgentEditor;
  readonly mayEdit: boolean;
}

/** What the agent is, beside a chat with it as it stands in the fields, saved or not. */
export function EditorTab({ agent, editor, mayEdit }: EditorTabProps) {
  const latest = useRef(editor);
  latest.current = editor;
  const draft = useCallback(() => (latest.current.changed ? toBody(latest.current.draft) : undefined), []);
  const chat = useTestChat(agent.id, draft);
  return (
    <div className="grid grid-cols-1 gap-5 lg:grid-cols-2">
      {mayEdit && (
        <div className="min-w-0">
          <a href="#try" className="mb-4 inline-block text-accent underline lg:hidden">
            Go to the chat
          </a>
          {editor.error && (
            <div className="mb-5">
              <ErrorPanel error={editor.error} title="Not saved." />
            </div>
          )}
          {editor.restored && editor.changed && (
            <p role="status" className="mb-5 rounded-lg bg-accent-soft px-4 py-2.5">
              Your changes from before are back in the fields; they are not saved yet.
            </p>
          )}
          <AgentForm agent={agent} editor={editor} />
        </div>
      )}
      <ChatPanel
        id="try"
        title="Try it"
        lead={
          editor.changed
            ? 'Answers as the fields say, saved or not'
            : `Version ${agent.version}, as it is saved`
        }
        model={editor.draft.model}
        chat={chat}
        keep={`agent.${agent.id}.message`}
        className="max-lg:h-[75dvh] lg:sticky lg:top-4 lg:h-[calc(100dvh-11.5rem)]"
      />
    </div>
  );
}
