import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Bot, Crown, Hand, ListChecks } from 'lucide-react';
import { cx } from '../ui/cx.ts';
import { statusLook } from './status-look.ts';

export type TaskNodeData = {
  readonly title: string;
  /** Who does it. */
  readonly agent: string;
  readonly isVertical: boolean;
  readonly isSelected: boolean;
  /** Lines can be drawn. */
  readonly isEditable: boolean;
  readonly asksPerson: boolean;
  /** Of a run; absent in the editor. */
  readonly status?: string;
  /** Beside the state: how long it took. */
  readonly note?: string;
};
export type TaskNode = Node<TaskNodeData, 'task'>;

export type AgentNodeData = {
  readonly name: string;
  readonly model: string;
  readonly isManager: boolean;
  readonly isSelected: boolean;
  readonly isEditable: boolean;
};
export type AgentNode = Node<AgentNodeData, 'agent'>;

const BOX = 'flex h-full w-full flex-col justify-center rounded-lg border bg-panel px-3 text-left shadow-sm';
const CHOSEN = 'border-accent ring-2 ring-accent';

function TaskBox({ data }: NodeProps<TaskNode>) {
  const { title, agent, isVertical, isSelected, isEditable, status, note, asksPerson } = data;
  const look = statusLook(status ?? '');
  const Icon = status === undefined ? ListChecks : look.icon;
  const hidden = isEditable ? '' : 'is-hidden';
  return (
    <div
      className={cx(BOX, isSelected ? CHOSEN : status === undefined ? 'border-line-strong/60' : look.border)}
    >
      <Handle
        type="target"
        id="in"
        position={isVertical ? Position.Top : Position.Left}
        isConnectable={isEditable}
        className={hidden}
      />
      {!isVertical && (
        <Handle
          type="target"
          id="agent"
          position={Position.Top}
          isConnectable={isEditable}
          className={hidden}
        />
      )}
      <p className="flex items-center gap-1.5 font-medium">
        <Icon
          aria-hidden="true"
          className={cx(
            'size-4 shrink-0',
            look.text,
            look.spins && 'animate-spin motion-reduce:animate-none',
          )}
        />
        <span className="min-w-0 truncate">{title}</span>
        {asksPerson && <Hand aria-label="asks a person" className="ml-auto size-3.5 shrink-0 text-muted" />}
      </p>
      <p className="mt-0.5 truncate text-sm text-muted">{agent}</p>
      {status !== undefined && (
        <p className={cx('truncate text-xs', look.text)}>
          {status.replaceAll('_', ' ')}
          {note !== undefined && <span className="text-muted"> · {note}</span>}
        </p>
      )}
      <Handle
        type="source"
        id="out"
        position={isVertical ? Position.Bottom : Position.Right}
        isConnectable={isEditable}
        className={hidden}
      />
    </div>
  );
}

function AgentBox({ data }: NodeProps<AgentNode>) {
  const { name, model, isManager, isSelected, isEditable } = data;
  const Icon = isManager ? Crown : Bot;
  return (
    <div className={cx(BOX, 'rounded-full px-4', isSelected ? CHOSEN : 'border-line-strong/60')}>
      <Handle
        type="target"
        id="manager"
        position={Position.Top}
        isConnectable={false}
        className="is-hidden"
      />
      <p className="flex items-center gap-1.5 font-medium">
        <Icon aria-hidden="true" className="size-4 shrink-0 text-accent" />
        <span className="min-w-0 truncate">{name}</span>
      </p>
      <p className="truncate text-xs text-muted">{model}</p>
      <Handle
        type="source"
        id="does"
        position={Position.Bottom}
        isConnectable={isEditable && !isManager}
        className={isEditable && !isManager ? '' : 'is-hidden'}
      />
    </div>
  );
}

export const NODE_TYPES = { task: TaskBox, agent: AgentBox };
