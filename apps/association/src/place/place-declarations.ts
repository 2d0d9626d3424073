import { AgencyPolicy, DIRECTORY } from '@liaison/casework';
import { PLACE_DECLARED } from '@liaison/contracts';
import type { Agency, Directory } from '@liaison/kernel';
import { type NewEvent, Outbox } from '@liaison/messaging';
import { freeBeds } from '@liaison/placement';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { bedsOf } from './place-beds';
import type { PlaceRow } from './place.entity';
import { declarationOf } from './stored-place';

export const PLACE_PURPOSE = 'sheltering';

/** On whose behalf something is said, and what it follows from. */
export type Saying = Pick<
  NewEvent,
  'unit' | 'agent' | 'correlationId' | 'causationId' | 'traceparent' | 'decidedAt'
>;

/** What is said of a place to whoever places children. */
@Injectable()
export class PlaceDeclarations {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
  ) {}

  event(row: PlaceRow, free: number, saying: Saying): NewEvent {
    return {
      ...saying,
      type: PLACE_DECLARED,
      document: declarationOf(row, free, saying.decidedAt),
      purpose: PLACE_PURPOSE,
      recipients: this.placers().map((agency) => ({ agency })),
    };
  }

  /** The same place, with the beds that are free now. The caller holds its lock. @returns lanes to wake */
  async again(manager: EntityManager, row: PlaceRow, saying: Saying): Promise<readonly number[]> {
    const free = freeBeds(await bedsOf(manager, row));
    const { lanes } = await this.outbox.append(manager, row.id, this.event(row, free, saying));
    return lanes;
  }

  /** Who would be told now. */
  told(row: PlaceRow, free: number, at: Date): readonly string[] {
    const document = declarationOf(row, free, at);
    const event = { type: PLACE_DECLARED, document, purpose: PLACE_PURPOSE, facts: {} };
    return this.placers().flatMap((agency) =>
      this.policy.preview(event, agency, at).decision.allowed ? [agency.id] : [],
    );
  }

  /** A child is placed far from where it was exploited: every département may ask. */
  private placers(): readonly Agency[] {
    return this.directory.agencies().filter(({ kind }) => kind === 'ase');
  }
}
