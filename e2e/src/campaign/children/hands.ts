import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call } from '../../http';
import type { ServiceName, System } from '../../system';
import type { Act, Diary, Step } from './diary';

const ATTEMPT_MS = 3000;
const RETRY_MS = 150;
const PATIENCE_MS = 60_000;
const UNAUTHORIZED = 401;
const TOO_MANY = 429;

export interface Doing {
  readonly step: Step;
  /** The same for the same act, whoever asks and however often. */
  readonly what: string;
  readonly path: string;
  readonly body?: object;
  readonly version?: number;
  /** What it is done to; default: what the answer names. */
  readonly on?: string;
  readonly child?: string;
}

/** One account at one service, which asks as careful clients do: again with the same key where there was no answer. */
export class Hands {
  constructor(
    private readonly system: System,
    private readonly diary: Diary,
    readonly service: ServiceName,
    private readonly account: string,
  ) {}

  /** Nothing where the service does not answer: whoever looks looks again. */
  async list<Item>(path: string): Promise<readonly Item[]> {
    return (await this.get<{ items: readonly Item[] }>(path))?.items ?? [];
  }

  async get<Body>(path: string): Promise<Body | undefined> {
    const answer = await this.ask<Body>(path, {}).catch(() => undefined);
    return answer?.status === 200 ? answer.body : undefined;
  }

  /** @returns the answer; nothing where it was refused, or done before. @throws Error when nobody answers for a minute */
  async act<Body extends { id: string }>(doing: Doing): Promise<Body | undefined> {
    const { step, what, path, body = {}, version, on, child } = doing;
    if (this.diary.has(what)) return undefined;
    const headers = {
      'idempotency-key': this.diary.keyOf(what),
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    };
    const write = (id: string, certain: boolean): void => {
      const act: Act = { step, service: this.service, id, certain, ...(child !== undefined && { child }) };
      this.diary.write(what, act);
    };
    let doubtful = false;
    let last: unknown;
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline;) {
      const answer = await this.ask<Body>(path, { body, headers }).catch((error: unknown) => {
        last = error;
      });
      if (answer && answer.status < 300) {
        write(on ?? answer.body.id, true);
        return answer.body;
      }
      if (answer && !passes(answer.status)) {
        if (doubtful) write(on ?? '', false);
        return undefined;
      }
      doubtful ||= answer === undefined || answer.status >= 500;
      if (answer) last = `${answer.status} ${JSON.stringify(answer.body)}`;
      await sleep(RETRY_MS);
    }
    write(on ?? '', false);
    throw new Error(`${this.service} did not answer to ${step} in ${PATIENCE_MS} ms`, { cause: last });
  }

  private ask<Body>(path: string, options: object): Promise<Answer<Body>> {
    return call<Body>(this.system, this.service, this.account, path, { ...options, timeoutMs: ATTEMPT_MS });
  }
}

/** What asking again changes: failures, and what a clock that was stepped refuses. */
const passes = (status: number): boolean => status >= 500 || status === UNAUTHORIZED || status === TOO_MANY;
