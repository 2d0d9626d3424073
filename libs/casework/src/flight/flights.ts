import type { MigrationClass, Role } from '@liaison/platform';
import { Injectable, type Provider, type Type } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { openTo } from '../open-to';
import { Flight1790000045000 } from './1790000045000-flight';
import { FlightAcknowledged1790000058000 } from './1790000058000-flight-acknowledged';
import { FlightController, ReceivedFlightController } from './flight.controller';
import { FlightHandler } from './flight.handler';
import { FlightFoundProjection, FlightReportedProjection } from './flight.projection';
import { FlightReader } from './flight.reader';
import { FlightSubjects } from './flight-subjects';
import { FlightSweep } from './flight.sweep';
import { FlightTelling } from './flight-telling';
import { FlightMetrics } from './observe-flights';
import { ReceivedFlightHandler } from './received-flight.handler';

type Roles = readonly [Role, ...Role[]];

/** Tables of flights, for the migrations of whoever reports them or is told. */
export const FLIGHT_MIGRATIONS: readonly MigrationClass[] = [
  Flight1790000045000,
  FlightAcknowledged1790000058000,
];

/** What a service puts into its module. */
interface Parts {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
}

/** Of a service that has children sheltered and reports that they are gone. `FlightReader` is one of the providers. */
export const reportsFlights = ({
  readers,
  subjects,
}: {
  readonly readers: Roles;
  readonly subjects: Type<FlightSubjects>;
}): Parts => ({
  controllers: [openTo(readers, FlightController), FlightFoundProjection],
  providers: [
    { provide: FlightSubjects, useClass: subjects },
    FlightReader,
    FlightHandler,
    FlightTelling,
    FlightSweep,
    FlightMetrics,
  ],
});

/** Of a service that flights are reported to. It has an `ATTACHMENT_UNIT`, and `FLIGHT_SHARED_TABLES` among its content. */
export const hearsOfFlights = ({ readers }: { readonly readers: Roles }): Parts => ({
  controllers: [openTo(readers, ReceivedFlightController), FlightReportedProjection],
  providers: [FlightReader, ReceivedFlightHandler],
});

/** Of a service that only searches: it shelters nobody, and each flight is a case of its own (`FlightCases`). */
@Injectable()
export class NobodySheltered implements Pick<FlightSubjects, 'receivedOn'> {
  receivedOn(_manager: EntityManager, delivered: string): Promise<{ readonly caseId: string }> {
    return Promise.resolve({ caseId: delivered });
  }
}

export const searchesOnly: Provider = { provide: FlightSubjects, useClass: NobodySheltered };
