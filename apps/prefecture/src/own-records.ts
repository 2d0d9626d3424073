import { AGENCY, CLOCK, legalDay } from '@liaison/casework';
import type { Agency, Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Day } from './law/days';

/** The purpose of what the desk holds, as the conventions name it. */
export const PURPOSE = 'residence-of-victims';

/** What the préfecture's own records have in common: their legal day, and that whoever reads about a person is recorded. */
@Injectable()
export class OwnRecords {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  /** Of the préfecture's own département. */
  today(): Day {
    return legalDay(this.clock.now(), this.agency.departement);
  }

  /**
   * In the transaction that reads.
   * @param reading `reference` finds the record again; `paths` are names of fields, never values
   */
  async recordReading(
    manager: EntityManager,
    identity: Identity,
    reading: {
      readonly reference: string;
      readonly paths: readonly string[];
      readonly articles: readonly string[];
    },
  ): Promise<void> {
    await this.audit.append(manager, [
      this.audit.prepare({
        kind: 'read',
        at: this.clock.now().toISOString(),
        unit: identity.unit,
        agent: identity.pseudonym,
        purpose: PURPOSE,
        legalBases: [...reading.articles],
        reference: reading.reference,
        fields: [{ paths: [...reading.paths], treatment: 'release', rules: ['own-record'] }],
      }),
    ]);
  }
}
