import type { AgencyPolicy } from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import type { NewEvent, Outbox } from '@liaison/messaging';
import { freeBeds } from '@liaison/placement';
import type { EntityManager } from 'typeorm';
import { type BedBook, bedsOf } from './beds';
import type { BedOffer, BedPlace } from './beds.entity';

export const PLACE_PURPOSE = 'sheltering';

/** On whose behalf something is said, and what it follows from. */
export type Saying = Pick<
  NewEvent,
  'unit' | 'agent' | 'correlationId' | 'causationId' | 'traceparent' | 'decidedAt'
>;

/** What is said of a place to those who may ask for it: the whole of it each time, and nobody who lives there. */
export abstract class BedDeclarations<Place extends BedPlace, Offer extends BedOffer> {
  abstract readonly book: BedBook<Place, Offer>;
  protected abstract readonly type: string;

  protected constructor(
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
  ) {}

  protected abstract documentOf(row: Place, free: number, at: Date): object;
  protected abstract recipients(): readonly Agency[];
  /** What a decision rests on beside the place itself, of a case that opens. */
  abstract readonly facts: Readonly<Record<string, unknown>>;

  event(row: Place, free: number, saying: Saying): NewEvent {
    return {
      ...saying,
      type: this.type,
      document: this.documentOf(row, free, saying.decidedAt),
      purpose: PLACE_PURPOSE,
      recipients: this.recipients().map((agency) => ({ agency })),
    };
  }

  /** The place is said for the first time: it opens its own case in delivery. @returns lanes to wake */
  async first(manager: EntityManager, row: Place, saying: Saying): Promise<readonly number[]> {
    const opened = { id: row.id, unit: row.unit, facts: this.facts };
    const { lanes } = await this.outbox.openCase(manager, opened, this.event(row, row.capacity, saying));
    return lanes;
  }

  /** The same place, with the beds that are free now. The caller holds its lock. @returns lanes to wake */
  async again(manager: EntityManager, row: Place, saying: Saying): Promise<readonly number[]> {
    const free = freeBeds(await bedsOf(manager, this.book, row));
    const { lanes } = await this.outbox.append(manager, row.id, this.event(row, free, saying));
    return lanes;
  }

  /** Who would be told now. */
  told(row: Place, free: number, at: Date): readonly string[] {
    const document = this.documentOf(row, free, at);
    const event = { type: this.type, document, purpose: PLACE_PURPOSE, facts: this.facts };
    return this.recipients().flatMap((agency) =>
      this.policy.preview(event, agency, at).decision.allowed ? [agency.id] : [],
    );
  }
}
