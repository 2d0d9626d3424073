import { FLIGHT_REPORTED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { type EntityManager, type FindOptionsWhere, In, IsNull, Not, Raw } from 'typeorm';
import {
  type CaseDocument,
  type CaseRegister,
  type CaseVersion,
  type HeldCase,
  STANDS,
} from '../cases/case-register';
import { ReceivedFlightRow } from './flight.entity';
import { heldReceivedFlight } from './stored-flight';

type Reader = Pick<Identity, 'unit'>;

/** Of whoever only searches: a child who is gone is a case from the report on. Who has the child in a case of another kind has it there. */
export class FlightCases implements CaseRegister {
  constructor(private readonly agency: Agency) {}

  async findCase(manager: EntityManager, { unit }: Reader, id: string): Promise<HeldCase | undefined> {
    const row = await manager.findOneBy(ReceivedFlightRow, { caseId: id, unit, ...OWN_CASE });
    if (!row) return undefined;
    const standing = row.state === 'voided' ? TAKEN_BACK : STANDS;
    return { id, reference: row.reference, held: this.heldOf(row), standing };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const row = await manager.findOneBy(ReceivedFlightRow, { caseId: delivered, ...OWN_CASE });
    return row ? { id: delivered, unit: row.unit } : undefined;
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const rows = await manager.findBy(ReceivedFlightRow, {
      ...('ids' in of ? { id: In([...of.ids]) } : { caseId: In([...of.newestOf]) }),
      unit,
      state: Not('voided'),
      purgedAt: IsNull(),
      ...OWN_CASE,
    });
    return rows.map((row) => this.documentOf(row));
  }

  async findVersions(
    manager: EntityManager,
    { unit }: Reader,
    caseId: string,
    limit: number,
  ): Promise<readonly CaseVersion[]> {
    const rows = await manager.find(ReceivedFlightRow, {
      where: { caseId, unit, ...OWN_CASE },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: limit,
    });
    return rows.map((row) => ({
      ...this.documentOf(row),
      version: 1,
      at: row.receivedAt,
      state: row.state,
      detail: {
        acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
        acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
        endedAt: row.endedAt?.toISOString() ?? null,
      },
    }));
  }

  private documentOf(row: ReceivedFlightRow): CaseDocument {
    return {
      id: row.id,
      caseId: row.deliveredCase,
      reference: row.reference,
      held: this.heldOf(row),
      data: row.content,
    };
  }

  private heldOf(row: ReceivedFlightRow): HeldCase['held'] {
    return { ...heldReceivedFlight(row, this.agency), type: FLIGHT_REPORTED };
  }
}

const OWN_CASE: FindOptionsWhere<ReceivedFlightRow> = {
  deliveredCase: Raw((column) => `${column} = case_id`),
};
const TAKEN_BACK = { standing: 'recalled', reason: null, since: null } as const;
