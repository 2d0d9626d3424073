import {
  AgencyPolicy,
  type CaseFacts,
  DIRECTORY,
  ORIENTATION_PURPOSE,
  requireContent,
} from '@liaison/casework';
import {
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_PROPOSED,
  OrientationPersonNamedV1,
  type OrientationProposedV1,
} from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import { type NewEvent, Outbox } from '@liaison/messaging';
import { requireEmergencyPlaceLeft } from '@liaison/placement';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PLACE_PURPOSE } from '../beds/bed-declarations';
import { type NetworkPlaceRow, type OrientationRow, ProposalRow } from './orientation.entity';

const MS_PER_HOUR = 3_600_000;

type Saying = Pick<NewEvent, 'unit' | 'agent' | 'correlationId' | 'traceparent' | 'decidedAt'>;

export interface AskedPlace {
  readonly id: string;
  readonly place: NetworkPlaceRow;
  readonly answerWithinHours: number;
  readonly saying: Saying;
}

/** What leaves for the shelter of a proposal. Every method runs in T1, and gives lanes to wake. */
@Injectable()
export class Proposing {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Needs and an age band. An emergency place of Paris is asked for under the convention of measure 8, to which its shelter is a party or
   * is asked nothing; any other under that of the network.
   * @throws AppError `orientation-closed`, `shelter-unknown`, `proposal-not-allowed`, `emergency-places-full`
   */
  async ask(
    manager: EntityManager,
    row: OrientationRow,
    { id, place, answerWithinHours, saying }: AskedPlace,
  ): Promise<readonly number[]> {
    const { needs } = row.content;
    if (!needs) throw new AppError('orientation-closed', 'What was needed is no longer kept: ask anew.');
    const shelter = this.shelterOf(place.shelter);
    const at = saying.decidedAt;
    const answerBy = new Date(at.getTime() + answerWithinHours * MS_PER_HOUR);
    const document: OrientationProposedV1 = {
      place: place.reference,
      needs,
      answerBy: answerBy.toISOString(),
    };
    const purpose = place.emergency ? PLACE_PURPOSE : ORIENTATION_PURPOSE;
    const said = { type: ORIENTATION_PROPOSED, document, purpose };
    const facts: CaseFacts = {
      adult: true,
      consents: [{ to: shelter.kind, purpose, value: 'given' }],
    };
    this.requireAllowed(said, facts, shelter, at, 'proposal-not-allowed');
    if (place.emergency) await this.requireEmergencyPlaceLeft(manager);
    const opened = { id, unit: row.unit, facts: { ...facts } };
    const event = { ...said, ...saying, recipients: [{ agency: shelter }] };
    const recorded = await this.outbox.openCase(manager, opened, event);
    await manager.insert(ProposalRow, {
      id,
      requestId: row.id,
      unit: row.unit,
      placeId: place.id,
      shelter: shelter.id,
      reference: recorded.intents[0]?.reference ?? '',
      purpose,
      madeAt: at,
      answerBy,
      state: 'proposed',
    });
    return recorded.lanes;
  }

  /**
   * Who comes, to the place that has accepted.
   * @throws AppError `invalid-request`, `shelter-unknown`, `name-not-allowed`
   */
  async name(
    manager: EntityManager,
    proposal: string,
    civilStatus: OrientationPersonNamedV1['civilStatus'],
    saying: Saying,
  ): Promise<readonly number[]> {
    const at = saying.decidedAt;
    const document = { civilStatus, namedAt: at.toISOString() };
    requireContent(ORIENTATION_PERSON_NAMED, OrientationPersonNamedV1, document);
    const { shelter, purpose } = await manager.findOneByOrFail(ProposalRow, { id: proposal });
    const agency = this.shelterOf(shelter);
    const [held] = await manager.query<[{ facts: CaseFacts }[], number]>(
      `UPDATE messaging.cases SET facts = facts || $2, facts_version = facts_version + 1 WHERE id = $1 RETURNING facts`,
      [proposal, JSON.stringify({ takesInCharge: [agency.id] })],
    );
    const said = { type: ORIENTATION_PERSON_NAMED, document, purpose };
    this.requireAllowed(said, held[0]?.facts ?? {}, agency, at, 'name-not-allowed');
    const event = { ...said, ...saying, recipients: [{ agency }] };
    return (await this.outbox.append(manager, proposal, event)).lanes;
  }

  /** Five in all, whoever has them: who asks for the last one comes before, or sees that it is gone. */
  private async requireEmergencyPlaceLeft(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('emergency places of Paris', 0))`);
    const [count] = await manager.query<{ taken: number }[]>(TAKEN, [PLACE_PURPOSE]);
    requireEmergencyPlaceLeft(count?.taken ?? 0);
  }

  /** @throws AppError `shelter-unknown` */
  private shelterOf(id: string): Agency {
    const shelter = this.directory.findAgency(id);
    if (shelter) return shelter;
    throw new AppError(
      'shelter-unknown',
      'The directory no longer knows the shelter: propose another place.',
    );
  }

  /** @throws AppError nobody waits for an answer to what would never leave */
  private requireAllowed(
    event: { readonly type: string; readonly document: object; readonly purpose: string },
    facts: CaseFacts,
    shelter: Agency,
    at: Date,
    code: string,
  ): void {
    const { decision } = this.policy.preview({ ...event, facts }, shelter, at);
    if (decision.allowed) return;
    throw new AppError(
      code,
      `The conventions do not let this be told to the shelter (${decision.denial?.code ?? 'no-convention'}): propose another place, or tell the operators.`,
    );
  }
}

/**
 * People who have one of the places, or are asked one for. Whoever lives in one does so whatever became of their request here: the
 * coordination is not told who comes and goes, so that a bed that the shelter has said to be free before, and not since, is somebody's. It is
 * nobody's where no proposal is left that could have led there, or where the place has closed. A proposal that the shelter has not seen
 * when it last said what is free counts beside that.
 */
const TAKEN = `
WITH asked AS (
  SELECT p.place_id, p.made_at, p.state IN ('proposed', 'place-accepted', 'accepted') AND r.state <> 'closed' AS live
    FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id
   WHERE p.purpose = $1 AND p.state <> 'declined'
), counted AS (
  SELECT a.place_id, count(*) AS all_of_them, count(*) FILTER (WHERE a.live) AS live,
         CASE WHEN bool_or(k.open)
              THEN max(k.most_free - k.free) + count(*) FILTER (WHERE a.live AND a.made_at > k.declared_at) ELSE 0 END AS lived_in
    FROM asked a LEFT JOIN orientation.place k ON k.id = a.place_id
   GROUP BY a.place_id
)
SELECT coalesce(sum(greatest(live, least(lived_in, all_of_them))), 0)::int AS taken FROM counted`;
