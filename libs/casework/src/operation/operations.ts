import type { Role } from '@liaison/platform';
import type { Provider, Type } from '@nestjs/common';
import { openTo } from '../open-to';
import { AcknowledgeOperationHandler } from './acknowledge-operation.handler';
import { AnnounceOperationHandler } from './announce-operation.handler';
import {
  AnnounceOperationController,
  OperationController,
  ReceivedOperationController,
} from './operation.controller';
import { OperationAcknowledgedProjection, OperationAnnouncedProjection } from './operation.projection';
import { OperationReader } from './operation.reader';

type Roles = readonly [Role, ...Role[]];

/** What a service puts into its module. */
interface Parts {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
}

/** Of a service whose people announce operations. */
export const announcesOperations = ({
  authors,
  readers,
}: {
  readonly authors: Roles;
  readonly readers: Roles;
}): Parts => ({
  controllers: [
    openTo(authors, AnnounceOperationController),
    openTo(readers, OperationController),
    OperationAcknowledgedProjection,
  ],
  providers: [OperationReader, AnnounceOperationHandler],
});

/** Of a service that operations are announced to. */
export const preparesForOperations = ({ readers }: { readonly readers: Roles }): Parts => ({
  controllers: [openTo(readers, ReceivedOperationController), OperationAnnouncedProjection],
  providers: [OperationReader, AcknowledgeOperationHandler],
});
