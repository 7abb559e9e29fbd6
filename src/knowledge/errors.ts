import { defineErrors } from '../lib/errors.ts';

export const knowledgeErrors = defineErrors({
  document_empty: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'The uploaded file, or the given text, holds nothing. Send one with content.',
  },
  document_too_large: {
    status: 413,
    platformCode: 'PAYLOAD_TOO_LARGE',
    type: 'invalid_request_error',
    meaning: 'The file is larger than 20 MB. Split it, or export it as text.',
  },
  document_type_unsupported: {
    status: 415,
    platformCode: 'UNSUPPORTED_MEDIA_TYPE',
    type: 'invalid_request_error',
    meaning:
      'The file is of a kind that holds no readable text for Muster. PDF, DOCX, HTML, Markdown, text, CSV and JSON are read.',
  },
  document_not_failed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'Only a document whose indexing failed can be tried again. One that is ready is read again by its reindex address.',
  },
});
