import { AppError } from '@liaison/kernel';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { WebhookTargets } from './webhook-target';

/** How a post ended. `delivered` is any 2xx; nothing that was answered is kept but its status. */
export interface PostOutcome {
  readonly delivered: boolean;
  /** Absent where there was no answer. */
  readonly status?: number;
  /** Absent where it was delivered: `http-500`, `timeout`, `webhook-target-refused`, or a code of the connection. */
  readonly error?: string;
}

/** For the connection and the answer together. */
export const POST_TIMEOUT_MS = 10_000;

/** Posts JSON to an address, following no redirection, on a connection of its own. Never rejects. */
export async function postMessage(
  targets: WebhookTargets,
  address: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  timeoutMs = POST_TIMEOUT_MS,
): Promise<PostOutcome> {
  try {
    const url = targets.check(address);
    const status = await new Promise<number>((resolve, reject) => {
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const outgoing = send(url, {
        method: 'POST',
        agent: false,
        lookup: targets.lookup,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'liaison-webhooks/1',
          ...headers,
        },
      });
      outgoing.once('response', (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
    return status >= 200 && status < 300
      ? { delivered: true, status }
      : { delivered: false, status, error: `http-${status}` };
  } catch (error) {
    return { delivered: false, error: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  const { name, code } = error as { readonly name?: string; readonly code?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout';
  return typeof code === 'string'
    ? code.toLowerCase().replaceAll('_', '-').slice(0, 60)
    : 'connection-failed';
}
