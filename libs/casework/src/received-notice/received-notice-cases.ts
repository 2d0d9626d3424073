import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import type { CaseDocument, CaseRegister, CaseVersion, HeldCase } from '../cases/case-register';
import { ReceivedNotice } from './notice.entity';
import { heldNotice } from './notice.reader';

/** A case is a person of whom a notice came; its newest version says who may know of it. */
@Injectable()
export class ReceivedNoticeCases implements CaseRegister {
  async findCase(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    id: string,
  ): Promise<HeldCase | undefined> {
    const newest = await manager.findOne(ReceivedNotice, {
      where: { caseId: id, unit },
      order: { recipientVersion: 'DESC', receivedAt: 'DESC' },
    });
    if (!newest) return undefined;
    const { reference, standing, standingReason: reason, standingSince: since } = newest;
    return { id, reference, held: heldNotice(newest), standing: { standing, reason, since } };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const [row] = await manager.query<{ id: string; unit: string }[]>(
      'SELECT case_id AS id, unit FROM notice.received_notice WHERE case_id = $1 LIMIT 1',
      [delivered],
    );
    return row;
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const ids = 'ids' in of ? of.ids : await newest(manager, unit, of.newestOf);
    const notices = await manager.findBy(ReceivedNotice, { id: In([...ids]), unit, state: Not('voided') });
    return notices.map(documentOf);
  }

  async findVersions(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    caseId: string,
    limit: number,
  ): Promise<readonly CaseVersion[]> {
    const notices = await manager.find(ReceivedNotice, {
      where: { caseId, unit },
      order: { recipientVersion: 'DESC', receivedAt: 'DESC' },
      take: limit,
    });
    return notices.map((notice) => ({
      ...documentOf(notice),
      version: notice.recipientVersion,
      at: notice.receivedAt,
      state: notice.state,
      detail: {
        acknowledgeBy: notice.acknowledgeBy?.toISOString() ?? null,
        acknowledgedAt: notice.acknowledgedAt?.toISOString() ?? null,
        standing: notice.standing,
        standingReason: notice.standingReason,
        standingSince: notice.standingSince?.toISOString() ?? null,
      },
    }));
  }
}

const documentOf = (notice: ReceivedNotice): CaseDocument => ({
  id: notice.id,
  caseId: notice.caseId,
  reference: notice.reference,
  held: heldNotice(notice),
  data: notice.content,
});

async function newest(
  manager: EntityManager,
  unit: string,
  cases: readonly string[],
): Promise<readonly string[]> {
  const rows = await manager.query<{ id: string }[]>(NEWEST, [unit, cases]);
  return rows.map(({ id }) => id);
}

/** What was taken back has no content: the version before it tells who the case is about. */
const NEWEST = `
SELECT DISTINCT ON (case_id) id FROM notice.received_notice
 WHERE unit = $1 AND case_id = ANY ($2::uuid[]) AND state <> 'voided'
 ORDER BY case_id, recipient_version DESC, received_at DESC`;
