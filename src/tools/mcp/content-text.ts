import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';

/** What a tool answered, as text that a model can read: what is not text is named, with its kind and size. */
export function contentText({ content, structuredContent }: CallToolResult): string {
  const parts = content.map(blockText).filter((text) => text !== '');
  if (parts.length > 0) return parts.join('\n\n');
  return structuredContent === undefined ? '(It answered with nothing.)' : JSON.stringify(structuredContent);
}

function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `(${block.type}, ${block.mimeType}, ${bytesOf(block.data)} bytes)`;
    case 'resource_link': {
      const description = block.description === undefined ? '' : `: ${block.description}`;
      return `${block.title ?? block.name} (${block.uri})${description}`;
    }
    case 'resource': {
      const { resource } = block;
      return 'text' in resource
        ? `${resource.uri}\n${resource.text}`
        : `(${resource.uri}, ${resource.mimeType ?? 'of unknown kind'}, ${bytesOf(resource.blob)} bytes)`;
    }
    default:
      return '';
  }
}

/** Of what base64 stands for. */
function bytesOf(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}
