import type { Duplex } from 'node:stream';
import type { ConnectionError } from 'fastify';
import { commonErrors, type MusterError } from '../lib/errors.ts';
import type { Ids } from '../lib/ids.ts';
import { errorBody } from './error-reply.ts';
import { refuseUpgrade } from './upgrades.ts';

/**
 * Answers what could not be read as a request (broken HTTP, headers that are too large, a sender that is too slow) with
 * the error body of the Platform API, and closes. What it was meant for is not known.
 */
export function answerUnreadable(ids: Ids): (error: ConnectionError, socket: Duplex) => void {
  return (error, socket) => {
    // A client that is gone cannot be told anything.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const requestId = ids.next('req_');
    const refusal = refusalOf(error.code);
    refuseUpgrade(socket, refusal.status, errorBody(refusal, 'platform', requestId), {
      'x-request-id': requestId,
    });
  };
}

function refusalOf(code: string | undefined): MusterError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return commonErrors.headers_too_large('The headers of the request are larger than 16 KB together.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return commonErrors.request_timeout(
        'The request did not arrive in time. Send it faster, or less of it.',
      );
    default:
      return commonErrors.validation_error('This is not HTTP that the server can read.');
  }
}
