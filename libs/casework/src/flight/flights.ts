import type { Role } from '@liaison/platform';
import { Injectable, type Provider, type Type } from '@nestjs/common';
import { openTo } from '../open-to';
import { FlightController, ReceivedFlightController } from './flight.controller';
import { FlightHandler, FoundFlightHandler } from './flight.handler';
import { FlightFoundProjection, FlightReportedProjection } from './flight.projection';
import { FlightReader } from './flight.reader';
import { FlightSubjects } from './flight-subjects';
import { FlightSweep } from './flight.sweep';
import { FlightTelling } from './flight-telling';
import { FlightMetrics } from './observe-flights';

type Roles = readonly [Role, ...Role[]];

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
  providers: [FlightReader, FoundFlightHandler],
});

/** Of a service that only searches: it shelters nobody. */
@Injectable()
export class NobodySheltered implements Pick<FlightSubjects, 'receivedOn'> {
  receivedOn(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

export const searchesOnly: Provider = { provide: FlightSubjects, useClass: NobodySheltered };
