import type { Role } from '@liaison/platform';
import type { Provider, Type } from '@nestjs/common';
import { DeskConfig } from '../desk-config';
import { openTo } from '../open-to';
import { GiveAnswerHandler } from './give-answer.handler';
import { GiveAnswerController, PartnerAnswerController } from './partner-answer.controller';
import { PartnerAnsweredProjection } from './partner-answered.projection';
import { PartnerAnswerReader } from './partner-answer.reader';
import { PartnerConfig } from './partner-config';

type Roles = readonly [Role, ...Role[]];

/** What a service puts into its module. */
interface Parts {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
}

/** Of a service that answers those who bring cases to it. It has a `PartnerConfig`. */
export const givesAnswers = ({ readers }: { readonly readers: Roles }): Parts => ({
  controllers: [openTo(readers, GiveAnswerController)],
  providers: [{ provide: DeskConfig, useExisting: PartnerConfig }, PartnerAnswerReader, GiveAnswerHandler],
});

/** Of a service whose cases others answer. */
export const receivesAnswers = ({ readers }: { readonly readers: Roles }): Parts => ({
  controllers: [openTo(readers, PartnerAnswerController), PartnerAnsweredProjection],
  providers: [PartnerAnswerReader],
});
