import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, currentTraceparent, Dispatcher } from '@liaison/messaging';
import { type Identity, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';

/** What somebody looked for. */
export interface Looked {
  /** Names of the filters; of their values only those below, which identify nobody. */
  readonly filters: readonly string[];
  readonly agency?: string;
  readonly reference?: string;
  readonly convention?: string;
}

/** Operators are watched too: whoever looks into the log appends a record of that, in the same transaction. */
@Injectable()
export class SearchTrail {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Runs `work` and records that it was done; where either fails, nothing is shown. */
  async recorded<T>(
    identity: Identity,
    { filters, agency, reference, convention }: Looked,
    work: (manager: EntityManager, at: Date) => Promise<T>,
  ): Promise<T> {
    const at = this.clock.now();
    const found = await serveTransaction(this.database, identity, async (manager) => {
      const record = this.audit.prepare(
        {
          kind: 'search',
          at: at.toISOString(),
          unit: identity.unit,
          agent: identity.pseudonym,
          purpose: 'accountability',
          legalBases: ['RGPD 5(2)'],
          fields: filters.length > 0 ? [{ paths: [...filters].sort(), treatment: 'release', rules: [] }] : [],
          ...(agency !== undefined && { counterpart: agency }),
          ...(reference !== undefined && { reference }),
          ...(convention !== undefined && { convention }),
        },
        currentTraceparent(),
      );
      await this.audit.append(manager, [record]);
      return work(manager, at);
    });
    this.dispatcher.wake([this.audit.laneId], AUDIT_LINGER_MS);
    return found;
  }
}
