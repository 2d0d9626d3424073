import type { OperationAnnouncedV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { legalDay } from '../legal-day';
import { newestMade, newestReceived } from '../query/newest-first';
import { operationCalledOff, operationExpired } from './operation';
import type {
  ListOperationsQuery,
  OperationItem,
  OperationView,
  ReceivedOperationItem,
  ReceivedOperationView,
  ToldContactView,
} from './operation.dto';
import { AnnouncedOperationRow, ReceivedOperationRow, ToldContactRow } from './operation.entity';
import { placesHeldOn } from './received-operation';
import { announcementOf, getAnnounced, getReceivedOperation, receivedOperationOf } from './stored-operation';

/** What a unit reads of the operations that it announced, and of those that were announced to it. Nobody is in any of them. */
@Injectable()
export class OperationReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  list(identity: Identity, query: ListOperationsQuery): Promise<Page<OperationItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, AnnouncedOperationRow, identity, query);
      if (query.expired !== undefined) {
        const expired = `(it.state = 'called-off' OR it.expiresAt <= :at)`;
        list.asked.andWhere(`${expired} = :expired`, { at, expired: query.expired });
      }
      const rows = await list.rows();
      const told = await manager.findBy(ToldContactRow, { operationId: In(rows.map(({ id }) => id)) });
      const toldOf = ({ id }: AnnouncedOperationRow) => told.filter(({ operationId }) => operationId === id);
      return list.pageOf(rows, (row) => announcedItem(row, toldOf(row), at));
    });
  }

  /** @throws AppError `operation-not-found` */
  read(identity: Identity, id: string): Promise<OperationView> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getAnnounced(manager, identity, id);
      const told = await toldOf(manager, id);
      return {
        ...announcedItem(row, told, at),
        needs: needsOf(await announcementOf(manager, id)),
        told: told.map(toldView),
      };
    });
  }

  /** Newest first. @throws AppError `cursor-invalid` */
  listReceived(identity: Identity, query: ListOperationsQuery): Promise<Page<ReceivedOperationItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestReceived(manager, ReceivedOperationRow, identity, query);
      if (query.expired !== undefined) {
        const expired = `(it.state = 'called-off' OR it.expiresAt <= :at)`;
        list.asked.andWhere(`${expired} = :expired`, { at, expired: query.expired });
      }
      return list.page((row) => receivedItem(row, at));
    });
  }

  /** @throws AppError `operation-not-found`; `operation-called-off`, `operation-expired`: what it said is given up */
  readReceived(identity: Identity, id: string): Promise<ReceivedOperationView> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getReceivedOperation(manager, identity, id);
      if (row.state === 'called-off') throw operationCalledOff();
      if (row.expiresAt <= at) throw operationExpired();
      return { ...receivedItem(row, at), needs: needsOf(row.content), convention: row.convention };
    });
  }
}

type Told = Pick<ToldContactRow, 'agency' | 'contact' | 'acknowledgeBy' | 'acknowledgedAt' | 'placesHeld'>;
interface DeliveredTold extends Told {
  readonly delivery: string | null;
  readonly reason: string | null;
}

/** Whom it was announced to, with how far the announcement has come. */
function toldOf(manager: EntityManager, operation: string): Promise<DeliveredTold[]> {
  return manager.query<DeliveredTold[]>(
    `SELECT t.agency, t.contact, t.acknowledge_by AS "acknowledgeBy", t.acknowledged_at AS "acknowledgedAt",
            t.places_held AS "placesHeld", s.state AS delivery, s.reason
       FROM operation.told t
       LEFT JOIN LATERAL (
         SELECT * FROM messaging.delivery_status d
          WHERE d.case_id = t.operation_id AND d.case_version = 1 AND d.recipient = t.agency
          ORDER BY d.at DESC LIMIT 1) s ON true
      WHERE t.operation_id = $1 ORDER BY t.agency`,
    [operation],
  );
}

const needsOf = ({ profiles, languages, preparations, preparationNote }: Partial<OperationAnnouncedV1>) => ({
  profiles: profiles ?? [],
  languages: languages ?? [],
  preparations: preparations ?? [],
  preparationNote: preparationNote ?? null,
});

function announcedItem(row: AnnouncedOperationRow, told: readonly Told[], at: Date): OperationItem {
  const expired = row.state === 'called-off' || row.expiresAt <= at;
  return {
    id: row.id,
    announcedAt: row.announcedAt.toISOString(),
    departement: row.departement,
    from: row.fromDay,
    until: row.untilDay,
    expired,
    expectedPeople: row.expectedPeople,
    placesHeld: expired ? 0 : told.reduce((sum, { placesHeld }) => sum + (placesHeld ?? 0), 0),
    waitingFor: told.flatMap(({ agency, acknowledgedAt }) => (acknowledgedAt ? [] : agency)),
    state: row.state,
    version: row.version,
  };
}

const toldView = (told: DeliveredTold): ToldContactView => ({
  agency: told.agency,
  contact: told.contact,
  acknowledgeBy: told.acknowledgeBy?.toISOString() ?? null,
  acknowledgedAt: told.acknowledgedAt?.toISOString() ?? null,
  placesHeld: told.placesHeld,
  delivery: told.delivery,
  reason: told.reason,
});

const receivedItem = (row: ReceivedOperationRow, at: Date): ReceivedOperationItem => ({
  id: row.id,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  departement: row.departement,
  from: row.fromDay,
  until: row.untilDay,
  expired: row.state === 'called-off' || row.expiresAt <= at,
  expectedPeople: row.expectedPeople,
  placesHeld: placesHeldOn(receivedOperationOf(row), legalDay(at, row.departement)),
  acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
});
