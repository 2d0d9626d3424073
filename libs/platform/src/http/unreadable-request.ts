import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../problem/problem';

const TOO_LARGE = {
  status: 431,
  code: 'headers-too-large',
  detail: 'The address and the headers together are 16 KiB at most.',
};
const TOO_LATE = {
  status: 408,
  code: 'request-incomplete',
  detail: 'The request did not come whole in time.',
};
const MALFORMED = { status: 400, code: 'invalid-request', detail: 'This is not HTTP that can be read.' };

/** Answers what Node's parser refuses, before there is a request: by itself it would send a status without a problem. */
export function answerUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, code, detail } = refusal(error.code);
    const title = STATUS_CODES[status] ?? 'Error';
    const problem: Problem = { type: `urn:liaison:problem:${code}`, title, status, code, detail };
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${status} ${title}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

function refusal(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW') return TOO_LARGE;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? TOO_LATE : MALFORMED;
}
