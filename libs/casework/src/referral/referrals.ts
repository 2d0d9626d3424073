import type { MigrationClass, Role } from '@liaison/platform';
import type { Provider, Type } from '@nestjs/common';
import { ShareRevokedProjection } from '../after-sharing/share.projections';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { DeskConfig } from '../desk-config';
import { openTo } from '../open-to';
import { Referral1790000038500 } from './1790000038500-referral';
import { ReferralRevokedFields1790000041510 } from './1790000041510-referral-revoked-fields';
import { StoppedTold1790000044600 } from './1790000044600-stopped-told';
import { AcknowledgeReferralHandler } from './acknowledge-referral.handler';
import { MakeReferralHandler } from './make-referral.handler';
import { MadeReferralMetrics, ReceivedReferralMetrics } from './observe-referrals';
import {
  MakeReferralController,
  ReceivedReferralController,
  ReferralController,
} from './referral.controller';
import { ReferralAcknowledgedProjection, ReferralMadeProjection } from './referral.projection';
import { ReferralReader } from './referral.reader';

type Roles = readonly [Role, ...Role[]];

/** Tables of referrals, for the migrations of whoever makes or receives them. */
export const REFERRAL_MIGRATIONS: readonly MigrationClass[] = [
  Referral1790000038500,
  ReferralRevokedFields1790000041510,
  StoppedTold1790000044600,
];

/** What a service puts into its module. */
interface Parts {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
}

/** Of a service whose people refer children. `ReferralReader` is one of the providers. */
export const makesReferrals = ({
  authors,
  readers,
}: {
  readonly authors: Roles;
  readonly readers: Roles;
}): Parts => ({
  controllers: [
    openTo(authors, MakeReferralController),
    openTo(readers, ReferralController),
    ReferralAcknowledgedProjection,
  ],
  providers: [ReferralReader, MakeReferralHandler, MadeReferralMetrics],
});

/** Of a service that children are referred to. It has a `DeskConfig`, and `ReferralSharedContent` for its content. */
export const receivesReferrals = ({ readers }: { readonly readers: Roles }): Parts => ({
  controllers: [openTo(readers, ReceivedReferralController), ReferralMadeProjection, ShareRevokedProjection],
  providers: [
    {
      provide: ATTACHMENT_UNIT,
      inject: [DeskConfig],
      useFactory: ({ defaultUnit }: DeskConfig) => defaultUnit,
    },
    ReferralReader,
    AcknowledgeReferralHandler,
    ReceivedReferralMetrics,
  ],
});
