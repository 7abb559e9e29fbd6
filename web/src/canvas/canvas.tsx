import '@xyflow/react/dist/base.css';
import './canvas.css';
import {
  Background,
  type Connection,
  type Edge,
  MarkerType,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { IconButton } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { type AgentNode, NODE_TYPES, type TaskNode } from './nodes.tsx';

export type CanvasNode = TaskNode | AgentNode;

interface CanvasProps {
  /** What the picture shows, for screen readers. */
  readonly label: string;
  readonly nodes: CanvasNode[];
  readonly edges: Edge[];
  /** The node's id; undefined: the ground beside them. */
  readonly onSelect: (id: string | undefined) => void;
  readonly onEdgeSelect?: (edge: Edge) => void;
  readonly onConnect?: (connection: Connection) => void;
  readonly isValidConnection?: (connection: Connection | Edge) => boolean;
  /** Stands over the picture's top. */
  readonly children?: ReactNode;
  readonly className?: string;
}

const FIT = { padding: 0.12, maxZoom: 1, minZoom: 0.35 } as const;
const MARKER = { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--line-strong)' } as const;

/**
 * A picture of tasks that is pointed at and drawn in. It takes no keys: whatever can be done in it can be done in the
 * form beside it, and that is what keyboards and screen readers use.
 */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Picture {...props} />
    </ReactFlowProvider>
  );
}

function Picture(props: CanvasProps) {
  const { label, nodes, edges, onSelect, onEdgeSelect, onConnect, isValidConnection, children } = props;
  const flow = useReactFlow();
  const shape = nodes.map(({ id, position }) => `${id}:${position.x},${position.y}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the nodes stand elsewhere, all are to be seen
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(FIT));
    return () => cancelAnimationFrame(frame);
  }, [shape, flow]);
  return (
    <div className={cx('relative overflow-hidden rounded-xl border bg-bg', props.className)}>
      <ReactFlow
        aria-label={label}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        defaultEdgeOptions={{ markerEnd: MARKER }}
        fitView
        fitViewOptions={FIT}
        minZoom={0.2}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        connectionRadius={48}
        onNodeClick={(_event, { id }) => onSelect(id)}
        onPaneClick={() => onSelect(undefined)}
        {...(onEdgeSelect && { onEdgeClick: (_event: unknown, edge: Edge) => onEdgeSelect(edge) })}
        {...(onConnect && { onConnect })}
        {...(isValidConnection && { isValidConnection })}
      >
        <Background gap={20} />
        {children !== undefined && <Panel position="top-left">{children}</Panel>}
        <Panel position="bottom-left" className="flex rounded-md border bg-panel">
          <IconButton label="Zoom in" onClick={() => void flow.zoomIn()}>
            <Plus aria-hidden="true" />
          </IconButton>
          <IconButton label="Zoom out" onClick={() => void flow.zoomOut()}>
            <Minus aria-hidden="true" />
          </IconButton>
          <IconButton label="Show all" onClick={() => void flow.fitView(FIT)}>
            <Maximize aria-hidden="true" />
          </IconButton>
        </Panel>
      </ReactFlow>
    </div>
  );
}
