import { REFERRAL_MADE } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import {
  type CaseDocument,
  type CaseRegister,
  type CaseVersion,
  type HeldCase,
  STANDS,
} from '../cases/case-register';
import type { CaseFacts } from '../policy/case-facts';
import { ReceivedReferralRow } from './referral.entity';
import { heldMade, heldReceived } from './stored-referral';

type Reader = Pick<Identity, 'unit'>;

/** A case is a child whom this agency has referred, or who was referred to it. */
@Injectable()
export class ReferralCases implements CaseRegister {
  async findCase(manager: EntityManager, { unit }: Reader, id: string): Promise<HeldCase | undefined> {
    const received = await manager.findOneBy(ReceivedReferralRow, { caseId: id, unit });
    if (received) {
      const { reference, state } = received;
      const standing = state === 'voided' ? TAKEN_BACK : STANDS;
      return { id, reference, held: heldReceived(received), standing };
    }
    const [made] = await madeOf(manager, unit, [id]);
    return made && { id, reference: id, held: heldMade(made.facts ?? {}), standing: STANDS };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const [row] = await manager.query<{ id: string; unit: string }[]>(
      `SELECT id, unit FROM referral.made WHERE id = $1
       UNION ALL SELECT case_id, unit FROM referral.received WHERE case_id = $1 LIMIT 1`,
      [delivered],
    );
    return row;
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const ids = 'ids' in of ? of.ids : of.newestOf;
    const received = await manager.findBy(ReceivedReferralRow, {
      ...('ids' in of ? { id: In([...ids]) } : { caseId: In([...ids]) }),
      unit,
      state: In(['new', 'acknowledged']),
    });
    // What this agency made has one id, whether of its document or of its case.
    const made = await madeOf(manager, unit, ids);
    return [...received.map(receivedDocument), ...made.map(madeDocument)];
  }

  async findVersions(
    manager: EntityManager,
    { unit }: Reader,
    caseId: string,
    limit: number,
  ): Promise<readonly CaseVersion[]> {
    const received = await manager.find(ReceivedReferralRow, {
      where: { caseId, unit },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: limit,
    });
    const made = await madeOf(manager, unit, [caseId]);
    return [
      ...received.map((row) => ({
        ...receivedDocument(row),
        version: 1,
        at: row.receivedAt,
        state: row.state,
        detail: {
          acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
          acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
        },
      })),
      ...made.map((row) => ({
        ...madeDocument(row),
        version: 1,
        at: row.made_at,
        state: row.state,
        detail: {},
      })),
    ];
  }
}

const TAKEN_BACK = { standing: 'recalled', reason: null, since: null } as const;

interface FoundMade {
  readonly id: string;
  readonly made_at: Date;
  readonly state: string;
  readonly facts: CaseFacts | null;
  readonly document: unknown;
}

function madeOf(manager: EntityManager, unit: string, ids: readonly string[]): Promise<FoundMade[]> {
  return manager.query<FoundMade[]>(MADE, [unit, ids, REFERRAL_MADE]);
}

/** What is sent again is sent in the same words: the first says all. */
const MADE = `
SELECT m.id, m.made_at, m.state, c.facts, d.document
  FROM referral.made m
  JOIN messaging.cases c ON c.id = m.id
  JOIN messaging.event_document d ON d.case_id = m.id AND d.version = 1 AND d.type = $3
 WHERE m.unit = $1 AND m.id = ANY ($2::uuid[])`;

const madeDocument = ({ id, facts, document }: FoundMade): CaseDocument => ({
  id,
  caseId: id,
  reference: id,
  held: heldMade(facts ?? {}),
  data: document,
});

const receivedDocument = (row: ReceivedReferralRow): CaseDocument => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  held: heldReceived(row),
  data: row.content,
});
