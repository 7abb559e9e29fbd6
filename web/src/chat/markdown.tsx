import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';
import { ScrollBox } from '../ui/scroll-box.tsx';

/**
 * Markdown as elements of the page. HTML in it is shown as the text that it is, links open elsewhere, and pictures are
 * links: an answer may be made of anything, and nothing of it runs or is loaded by itself.
 */
export function Markdown({ text }: { readonly text: string }) {
  return <div className="space-y-3 break-words">{render(lexer(text))}</div>;
}

function render(tokens: readonly Token[] = []): ReactNode[] {
  return tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: an answer only grows at its end
    <Fragment key={index}>{renderOne(token)}</Fragment>
  ));
}

function renderOne(token: Token): ReactNode {
  // Without extensions the lexer makes these tokens only.
  const known = token as MarkedToken;
  switch (known.type) {
    case 'paragraph':
      return <p>{render(known.tokens)}</p>;
    case 'heading':
      return <p className="font-semibold">{render(known.tokens)}</p>;
    case 'list':
      return <List list={known} />;
    case 'code':
      return (
        <ScrollBox label="Code" className="overflow-x-auto rounded-lg border bg-code px-3 py-2">
          <pre className="font-mono text-xs leading-relaxed">{known.text}</pre>
        </ScrollBox>
      );
    case 'blockquote':
      return <blockquote className="space-y-2 border-l-2 pl-3 text-muted">{render(known.tokens)}</blockquote>;
    case 'table':
      return <Grid table={known} />;
    case 'hr':
      return <hr />;
    case 'strong':
      return <strong className="font-semibold">{render(known.tokens)}</strong>;
    case 'em':
      return <em>{render(known.tokens)}</em>;
    case 'del':
      return <del>{render(known.tokens)}</del>;
    case 'codespan':
      return <code className="rounded bg-code px-1 py-0.5 font-mono text-[0.85em]">{known.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Away href={known.href}>{render(known.tokens)}</Away>;
    case 'image':
      return <Away href={known.href}>{known.text === '' ? known.href : known.text}</Away>;
    case 'text':
      return 'tokens' in known && known.tokens ? (
        render(known.tokens)
      ) : (
        <Lines text={unescaped(known.text)} />
      );
    case 'escape':
      return known.text;
    case 'space':
    case 'def':
      return null;
    default:
      return known.raw;
  }
}

function List({ list }: { readonly list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: an answer only grows at its end
    <li key={index}>{render(item.tokens)}</li>
  ));
  return list.ordered ? (
    <ol start={Number(list.start) || 1} className="list-decimal space-y-1 pl-6">
      {items}
    </ol>
  ) : (
    <ul className="list-disc space-y-1 pl-5">{items}</ul>
  );
}

function Grid({ table }: { readonly table: Tokens.Table }) {
  return (
    <ScrollBox label="Table" className="overflow-x-auto">
      <table className="border-collapse text-left">
        <thead>
          <tr>
            {table.header.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
              <th key={column} scope="col" className="border px-2.5 py-1 font-medium">
                {render(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an answer only grows at its end
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
                <td key={column} className="border px-2.5 py-1">
                  {render(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** Only to the web and to mailboxes; any other address is text. */
function Away({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" className="text-accent underline">
      {children}
    </a>
  );
}

/** A line that a model breaks is meant to be broken. */
function Lines({ text }: { readonly text: string }) {
  return <span className="whitespace-pre-line">{text}</span>;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
