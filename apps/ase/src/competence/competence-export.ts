import {
  AgencyPolicy,
  CLOCK,
  decidedFields,
  type ExportedRecords,
  type ExportSource,
  ownFields,
} from '@liaison/casework';
import { COMPETENCE_CLAIMED, type CompetenceAnsweredV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { AskedRow, ConflictRow, ShelterRow } from './competence.entity';
import { conflictItem } from './competence.reader';
import { claimDocument, heldAnswer, PURPOSE } from './stored-competence';

type Found = Parameters<ExportSource['read']>[2];

/** Conflicts of competence that this agency keeps about the child of a case, and its provisional shelter; a claim that came is a version of the case. */
@Injectable()
export class CompetenceExport implements ExportSource {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    { id: caseId }: Found,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const newest = {
      where: { caseId, unit: identity.unit },
      order: { id: 'DESC' as const },
      take: limit + 1,
    };
    const conflicts = await manager.find(ConflictRow, newest);
    const shelters = await manager.find(ShelterRow, newest);
    return [
      await this.conflicts(manager, identity, conflicts),
      {
        kind: 'provisionalShelters',
        items: shelters.map(({ id, from, lastDay, extensions, endedOn, endReason }) => ({
          ...{ id, from, lastDay, extensions, endedOn, endReason },
        })),
        fields: [ownFields('provisionalShelters')],
        legalBases: [],
      },
    ];
  }

  private async conflicts(
    manager: EntityManager,
    { roles }: Identity,
    rows: readonly ConflictRow[],
  ): Promise<ExportedRecords> {
    const at = this.clock.now();
    const asked = await manager.find(AskedRow, {
      where: { conflictId: In(rows.map(({ id }) => id)) },
      order: { agency: 'ASC' },
    });
    const items: object[] = [];
    const fields: ExportedRecords['fields'][number][] = [];
    const legalBases: string[] = [];
    for (const row of rows) {
      const { document, facts } = await claimDocument(manager, row);
      const held = { type: COMPETENCE_CLAIMED, purpose: PURPOSE, facts };
      const seen = this.policy.read({ ...held, data: document }, roles, at);
      if (!seen) continue;
      const said = heldAnswer(row);
      const answer = said && this.policy.read(said, roles, at);
      const told = asked.filter(({ conflictId }) => conflictId === row.id).map(({ agency }) => agency);
      items.push({
        ...conflictItem(row, at),
        competent: row.competent,
        told,
        content: seen.data,
        account: (answer?.data as Partial<CompetenceAnsweredV1> | undefined)?.account ?? null,
        withheld: seen.withheld,
      });
      for (const { decision } of [seen, ...(answer ? [answer] : [])]) {
        fields.push(...auditFields(decidedFields(decision)));
        legalBases.push(...decision.legalBases);
      }
    }
    return { kind: 'competenceConflicts', items, fields, legalBases };
  }
}
