import { cutText } from '../../ui/cut-text.ts';
import { cx } from '../../ui/cx.ts';
import type { TurnTree } from './turn-tree.ts';
import type { Turn } from './turn-view.tsx';

/** Characters of a question; the line ends before. */
const LINE = 200;

interface BranchTreeProps {
  readonly tree: TurnTree<Turn>;
  readonly shown: ReadonlySet<string>;
  readonly onChoose: (messageId: string) => void;
}

/** The whole conversation at a glance: each question, and below it what followed. */
export function BranchTree(props: BranchTreeProps) {
  return (
    <nav aria-label="Branches" className="rounded-xl border bg-panel p-3 lg:sticky lg:top-4">
      <h2 className="mb-2 px-2 font-semibold">Branches</h2>
      <Branch {...props} id={null} />
    </nav>
  );
}

function Branch({ id, ...props }: BranchTreeProps & { readonly id: string | null }) {
  const turns = props.tree.childrenOf(id);
  if (turns.length === 0) return null;
  return (
    // Only where the ways part does the tree grow to the side.
    <ul className={turns.length > 1 ? 'ml-2 border-l pl-1.5' : ''}>
      {turns.map((turn) => (
        <li key={turn.message_id}>
          <button
            type="button"
            aria-current={props.shown.has(turn.message_id) ? 'true' : undefined}
            onClick={() => props.onChoose(turn.message_id)}
            className={cx(
              'w-full truncate rounded-md px-2 py-1 text-left hover:bg-hover',
              props.shown.has(turn.message_id) ? 'font-medium' : 'text-muted',
            )}
          >
            {cutText(turn.messages[0]?.content ?? 'Without words', LINE)}
          </button>
          <Branch {...props} id={turn.message_id} />
        </li>
      ))}
    </ul>
  );
}
