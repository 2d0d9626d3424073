import type { Role } from '@liaison/platform';
import type { Provider, Type } from '@nestjs/common';
import { openTo } from '../open-to';
import { ReceivedSupport } from './received-support';
import { ReportSupportHandler } from './report-support.handler';
import { SupportReportedProjection } from './support-reported.projection';
import { ReceivedSupportController, SupportReportController } from './support.controller';
import { SupportReader } from './support.reader';

type Roles = readonly [Role, ...Role[]];

/** What a service puts into its module. */
interface Parts {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
}

/** Of a service whose people support somebody. */
export const reportsSupport = ({ authors }: { readonly authors: Roles }): Parts => ({
  controllers: [openTo(authors, SupportReportController)],
  providers: [SupportReader, ReportSupportHandler],
});

/** Of a service that learns who is supported. It receives notices too: whose people read those read these. */
export const hearsOfSupport = ({ readers }: { readonly readers: Roles }): Parts => ({
  controllers: [openTo(readers, ReceivedSupportController), SupportReportedProjection],
  providers: [ReceivedSupport],
});
