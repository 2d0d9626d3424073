import type { Json } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, Dispatcher } from '@liaison/messaging';
import {
  digestOfRequest,
  idempotencyScope,
  type Identity,
  type OnceResponse,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';

export interface Act {
  /** As `POST /v1/permits`. */
  readonly route: string;
  readonly idempotencyKey: string;
  /** Everything that makes two requests the same. */
  readonly request: unknown;
}

export interface Done<Body extends Json> extends OnceResponse<Body> {
  /** Lanes of what is to be sent. */
  readonly lanes?: readonly number[];
}

/** Where every act on an agency's own records runs: T1, once a key, and what is to be sent is woken after it. */
@Injectable()
export class Acts {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    private readonly dispatcher: Dispatcher,
    private readonly audit: AuditTrail,
  ) {}

  async run<Body extends Json>(
    identity: Identity,
    { route, idempotencyKey, request }: Act,
    work: (manager: EntityManager) => Promise<Done<Body>>,
  ): Promise<Body> {
    const once = {
      key: idempotencyKey,
      scope: idempotencyScope(identity, route),
      requestDigest: digestOfRequest(request),
    };
    let lanes: readonly number[] = [];
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      runOnce<Body>(manager, once, async () => {
        const { lanes: woken = [], ...response } = await work(manager);
        lanes = woken;
        return response;
      }),
    );
    if (lanes.length > 0) this.dispatcher.wake(lanes);
    return body;
  }

  /** A reading that its work has recorded in the audit trail. */
  async read<T>(identity: Identity, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const answer = await serveTransaction(this.database, identity, work);
    this.dispatcher.wake([this.audit.laneId], AUDIT_LINGER_MS);
    return answer;
  }
}
