export type DocumentType = 'pdf' | 'docx' | 'html' | 'markdown' | 'text' | 'csv' | 'json';

export const MEDIA_TYPES: Readonly<Record<DocumentType, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
  csv: 'text/csv',
  json: 'application/json',
};

/** The document type of one of our own MEDIA_TYPES. */
export function typeOfMediaType(mediaType: string): DocumentType {
  for (const [type, name] of Object.entries(MEDIA_TYPES)) {
    // Object.entries loses the literal keys; they are exactly those of MEDIA_TYPES.
    if (name === mediaType) return type as DocumentType;
  }
  return 'text';
}
