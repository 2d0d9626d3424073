import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@liaison/kernel';
import type { AgencyAccess } from './agency-access';

const ANSWER_WITHIN_MS = 30_000;
/** A service that limits its callers says for how long; no command waits for ever. */
const LONGEST_PAUSE_MS = 60_000;
const TIMES = 5;

/** Calls the service of one agency as one of its operators. */
export class OperatorClient {
  constructor(private readonly access: AgencyAccess) {}

  get agency(): string {
    return this.access.agency;
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>(path, {});
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.call<T>(path, { method: 'POST', body: JSON.stringify(body) });
  }

  delete<T>(path: string): Promise<T> {
    return this.call<T>(path, { method: 'DELETE' });
  }

  /**
   * Every page of a list.
   * @param path with its query, without `cursor`
   * @param from a cursor to begin after; empty: at the beginning
   */
  async *pages<Page extends { readonly next: string | null }>(path: string, from = ''): AsyncGenerator<Page> {
    for (let cursor: string | null = from; cursor !== null;) {
      const separator = path.includes('?') ? '&' : '?';
      const page: Page = await this.get(
        cursor === '' ? path : `${path}${separator}cursor=${encodeURIComponent(cursor)}`,
      );
      yield page;
      cursor = page.next;
    }
  }

  /** @throws AppError the problem's own code, or `service-unreachable` */
  private async call<T>(path: string, init: RequestInit): Promise<T> {
    const { agency, token, url } = this.access;
    for (let time = 1; ; time += 1) {
      const response = await fetch(`${url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      }).catch((cause: unknown) => {
        throw new AppError('service-unreachable', `No answer from ${agency} at ${url}.`, { cause });
      });
      if (response.ok) return (await response.json()) as T;
      if (response.status !== 429 || time === TIMES) throw await problemOf(response, agency, url);
      const seconds = Number(response.headers.get('retry-after') ?? 1) || 1;
      await pause(Math.min(seconds * 1000, LONGEST_PAUSE_MS));
    }
  }
}

async function problemOf(response: Response, agency: string, url: string): Promise<AppError> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  const code = problem.code ?? `http-${response.status}`;
  return new AppError(
    code,
    `${agency}: ${code}: ${problem.detail ?? `${url} answered ${response.status}. Is it the service of an agency?`}`,
  );
}
